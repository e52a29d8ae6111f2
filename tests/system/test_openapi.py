"""The served description is complete and true: whatever is sent, the answer is one that it announces."""

import asyncio
import os
import secrets
import sys
from asyncio.subprocess import PIPE, STDOUT
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp

from shared.contract.ids import WorkspaceId
from simulator.number import Number
from simulator.settings import Settings as SimulatorSettings
from simulator.simulator import Simulator
from simulator.webhooks.callback import Callback
from tests.real.inbox import Caller, eventually
from tests.real.server import free_port

# `make fuzz` says for how long to look, and looks elsewhere each time.
FUZZ_S = int(os.environ.get("INBOX_TEST_FUZZ_S", "0"))
SEED = secrets.randbelow(2**32) if FUZZ_S else 7
FUZZED_S_MAX = FUZZ_S or 20
CHAINED_S_MAX = FUZZ_S // 2 or 10
SPARE = "200000000000001"  # a number to disconnect, so that the other one stays

# Nothing is slowed down, and anybody may sign up: what is looked for lies behind that.
SETTINGS = {
    "INBOX_SIGNUP": "open",
    "INBOX_RATE_PER_S": "100000",
    "INBOX_RATE_BURST": "1000000",
    "INBOX_JOIN_FAILURES_PER_MINUTE": "10000",
    "INBOX_LOG_LEVEL": "warning",
}

# What a request of the right form may still be refused with, beside what schemathesis expects of any API.
_ALWAYS = ("2xx", "3xx", "401", "403", "404", "409", "429")
_REFUSED = {
    "connect_number": ("422",),  # Graph does not know the token
    "patch_number": ("422",),
    "send_message": ("422",),  # a reaction that is a reply
    "list_changes": ("400", "410"),  # a cursor that nobody gave
    "list_conversations": ("400",),
    "list_messages": ("400",),
}


@dataclass(frozen=True)
class Lived:
    """An inbox in which something has happened: ids and cursors that mean something."""

    agent: Caller
    other: Caller
    number_id: str
    contacts: list[str]
    messages: list[str]
    cursor: str


async def test_schemathesis_finds_nothing(tmp_path: Path) -> None:
    """Neither in single requests, well-formed and not, nor in chains of them; nothing fails inside meanwhile."""
    async with Simulator(SimulatorSettings(port=0, seed=SEED, cast="quiet")).running() as simulator:
        simulator.add_number(Number(SPARE, simulator.settings.account_id, "+15550009999", "Spare"))
        async with started(tmp_path, simulator.url) as (url, http):
            inbox = await lived(url, http, simulator)
            config = tmp_path / "schemathesis.toml"
            config.write_text(told(inbox))

            fuzzed = await schemathesis(config, url, inbox, "examples,coverage,fuzzing", FUZZED_S_MAX)
            assert fuzzed is None, fuzzed
            # Signed out by a request of its own, it would have seen nothing but 401.
            assert 200 == (await inbox.agent.ask("GET", "/v1/session")).code
            assert 200 == (await inbox.agent.ask("GET", f"/v1/numbers/{inbox.number_id}")).code

            chained = await schemathesis(config, url, inbox, "stateful", CHAINED_S_MAX)
            assert chained is None, chained
    assert "http.failed" not in (tmp_path / "log").read_text()


async def schemathesis(config: Path, url: str, inbox: Lived, phases: str, s_max: int) -> str | None:
    """What it has found, if it has found anything."""
    running = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "schemathesis.cli", "--config-file", str(config), "run", f"{url}/openapi.json"),
        *("--header", f"Authorization: Bearer {inbox.agent.secret}", "--phases", phases),
        *("--max-time", str(s_max), "--seed", str(SEED), "--warnings", "off"),
        stdout=PIPE,
        stderr=STDOUT,
        cwd=config.parent,
    )
    output, _ = await running.communicate()
    return output.decode() if running.returncode else None


def told(inbox: Lived) -> str:
    """Its configuration: mostly ids that exist, and credentials that it may burn."""
    numbers, spare, contacts = [inbox.number_id], [SPARE], inbox.contacts
    cursors = [inbox.cursor, "1-1.abc"]
    dictionaries = {
        "numbers": numbers,
        "spare": spare,
        "contacts": contacts,
        "messages": inbox.messages,
        "cursors": cursors,
    }
    lines = [f"[dictionaries.{name}]\nvalues = {values!r}" for name, values in dictionaries.items()]
    lines += [
        # Deleting a number disconnects it: it and its conversations are still there to be read.
        "[checks]",
        "use_after_free.enabled = false",
        "[parameters]",
        '"path.number_id" = { dictionary = "numbers", probability = 0.9 }',
        '"path.contact_id" = { dictionary = "contacts", probability = 0.9 }',
        '"path.message_id" = { dictionary = "messages", probability = 0.8 }',
        '"query.since" = { dictionary = "cursors", probability = 0.9 }',
        '"body.up_to" = { dictionary = "messages", probability = 0.8 }',
    ]
    for name, codes in _REFUSED.items():
        expected = [*_ALWAYS, *codes]
        lines += operation(name, f"checks.positive_data_acceptance.expected-statuses = {expected!r}")
    lines += operation("sign_out", f'headers = {{ Authorization = "Bearer {inbox.other.secret}" }}')
    lines += operation(
        "disconnect_number",
        # Nor a number that an answer has named: the one that everything else is about would be erased.
        'parameters = { "path.number_id" = { dictionary = "spare" } }\n'
        "phases.coverage.extra-data-sources.responses = false\n"
        "phases.fuzzing.extra-data-sources.responses = false",
    )
    # A session without an invite belongs to a workspace of its own: it is not there for the one that asks.
    lines += operation("revoke_session", "checks.ensure_resource_availability.enabled = false")
    return "\n".join(lines) + "\n"


def operation(name: str, setting: str) -> list[str]:
    """A setting of one operation."""
    return ["[[operations]]", f'include-operation-id = "{name}"', setting]


async def lived(url: str, http: aiohttp.ClientSession, simulator: Simulator) -> Lived:
    """Two agents, two numbers, two customers who have written, by the way that Meta takes."""
    agent = await signed_in(Caller(url, http, WorkspaceId("")), {"agent_name": "Ada"})
    invite = (await agent.ask("POST", "/v1/invites")).json["invite"]
    other = await signed_in(agent, {"invite": invite})
    settings = simulator.settings
    await agent.ask("PUT", "/v1/callback", {"verify_token": "verify"})
    address = (await agent.ask("GET", "/v1/callback")).json["callback_url"]
    for number_id in (settings.phone_number_id, SPARE):
        form = {"phone_number_id": number_id, "access_token": settings.access_token.get_secret_value()}
        assert 201 == (await agent.ask("POST", "/v1/numbers", {**form, "verify_token": "verify"})).code
    await simulator.set_callback(Callback(url=address, verify_token="verify"))
    messages = [simulator.write(customer, text="Hello?") for customer in ("maria", "tunde")]
    path = f"/v1/numbers/{settings.phone_number_id}/snapshot"

    async def arrived() -> bool:
        return len((await agent.ask("GET", path)).json["conversations"]) == len(messages)

    await eventually(arrived)
    snapshot = (await agent.ask("GET", path)).json
    contacts = [each["contact_id"] for each in snapshot["conversations"]]
    return Lived(agent, other, settings.phone_number_id, contacts, messages, snapshot["cursor"])


async def signed_in(caller: Caller, body: dict[str, Any]) -> Caller:
    """A new session."""
    answer = await caller.ask("POST", "/v1/sessions", body)
    return Caller(caller.url, caller.http, WorkspaceId(answer.json["workspace"]["id"]), answer.json["token"])


@asynccontextmanager
async def started(folder: Path, graph_url: str) -> AsyncIterator[tuple[str, aiohttp.ClientSession]]:
    """`python -m services`, ready, logging into a file."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    clean = {name: value for name, value in os.environ.items() if not name.startswith("INBOX_")}
    own = {
        "INBOX_PORT": str(port),
        "INBOX_PUBLIC_URL": url,
        "INBOX_DATA_DIR": str(folder / "data"),
        "INBOX_GRAPH_URL": graph_url,
    }
    with (folder / "log").open("wb") as log:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "services"), env={**clean, **SETTINGS, **own}, stdout=PIPE, stderr=log
        )
        try:
            assert process.stdout
            assert url in (await asyncio.wait_for(process.stdout.readline(), 30)).decode()
            async with aiohttp.ClientSession() as http:
                yield url, http
            process.terminate()
            assert 0 == await asyncio.wait_for(process.wait(), 25)
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
