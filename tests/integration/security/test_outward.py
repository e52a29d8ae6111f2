"""Where the product calls: Graph, where the operator said, and nowhere that anybody else could set."""

import asyncio
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import pytest

from shared.contract.ids import NumberId
from shared.graph import Graph, Lost, Refused
from tests.integration.services.ingest.doors import door
from tests.payloads import bodies
from tests.real.inbox import Inbox

_watched: list[set[tuple[str, int]]] = []


def _hear(event: str, arguments: tuple[Any, ...]) -> None:
    if _watched and event == "socket.connect" and isinstance(arguments[1], tuple):
        _watched[-1].add(tuple(arguments[1][:2]))
    if _watched and event == "socket.getaddrinfo":
        _watched[-1].add((str(arguments[0]), 0))


sys.addaudithook(_hear)  # Python has no way to take one back: it does nothing unless somebody watches


@contextmanager
def connections() -> Iterator[set[tuple[str, int]]]:
    """Every address that this process connects to or looks up, by whatever library."""
    _watched.append(set())
    try:
        yield _watched[-1]
    finally:
        _watched.pop()


class Trap:
    """Where nobody should come."""

    def __init__(self) -> None:
        self.visits = 0
        self.port = 0

    @property
    def url(self) -> str:
        """What is planted everywhere."""
        return f"http://127.0.0.1:{self.port}/latest/meta-data"


@asynccontextmanager
async def trapped() -> AsyncIterator[Trap]:
    """Listening, until left."""
    trap = Trap()

    def came(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        trap.visits += 1
        writer.close()

    async with await asyncio.start_server(came, "127.0.0.1", 0) as server:
        trap.port = server.sockets[0].getsockname()[1]
        yield trap


async def test_an_address_in_any_field_is_only_text(api: Inbox) -> None:
    """Names, tokens, ids, texts with a preview, headers that gateways set: none is called, none moves the callback."""
    async with trapped() as trap:
        host = f"127.0.0.1:{trap.port}"
        lies = {
            "Host": host,
            "X-Forwarded-Host": host,
            "X-Forwarded-Proto": "http",
            "Forwarded": f"host={host}",
            "X-Original-URL": trap.url,
            "Referer": trap.url,
        }
        agent = await api.agent(trap.url)
        path = await api.connected(agent)
        await api.customer_writes(agent, trap.url, wa_id="15550007777", bsuid=None)
        with connections() as called:
            for body in (
                {**api.credentials, "display_number": trap.url},
                {**api.credentials, "verify_token": trap.url, "app_secret": trap.url},
                {**api.credentials, "access_token": trap.url},
                {**api.credentials, "graph_url": trap.url},
                {**api.credentials, "callback_url": trap.url},
            ):
                await agent.ask("POST", "/v1/numbers", body, headers=lies)
            await agent.ask("PATCH", path, {"display_number": trap.url, "access_token": trap.url})
            await agent.ask("PUT", "/v1/callback", {"verify_token": trap.url}, headers=lies)
            await agent.ask("POST", "/v1/tokens", {"name": trap.url, "scopes": ["read"]})
            for number, content in enumerate(
                (
                    {"type": "text", "text": {"body": trap.url, "preview_url": True}},
                    {"type": "image", "image": {"link": trap.url}},
                    {"type": "document", "document": {"id": trap.url, "link": trap.url}},
                    {"type": "reaction", "reaction": {"message_id": trap.url, "emoji": trap.url}},
                )
            ):
                said = {"id": f"00000000-0000-4000-8000-00000000000{number}", "content": content}
                await agent.ask("POST", f"{path}/conversations/15550007777/messages", said, headers=lies)
            await agent.ask("GET", f"{path}/health", headers=lies)
            shown = (await agent.ask("GET", "/v1/callback", headers=lies)).json["callback_url"]
            _, seen = await asyncio.open_connection("127.0.0.1", int(api.url.rpartition(":")[2]))
            seen.close()

        assert shown.startswith("https://inbox.example.org/webhooks/")
        assert (host.partition(":")[0], trap.port) not in called
        assert 0 == trap.visits
        ours = {int(url.rpartition(":")[2]) for url in (api.url, api.simulator.url)}
        assert {port for _, port in called if port} <= ours | {_port_of_store(api)}
        assert ours & {port for _, port in called}  # so this way of watching does see connections


def _port_of_store(api: Inbox) -> int:
    return int(api.ground.settings.redis_url.rpartition(":")[2].partition("/")[0])


EVIL = (
    "..", "../me", "1/../2", "1%2F..%2F2", "%2e%2e", "1?fields=x", "1#x", "1\n", "1\r\nX: y", " 1", "1;2", "1\\2",
    "@127.0.0.1", "http://127.0.0.1", "//127.0.0.1", "１２３", "1" * 65, "", "me/accounts", "1&access_token=x",
)  # fmt: skip


@pytest.mark.parametrize("evil", EVIL, ids=ascii)
async def test_an_id_cannot_lead_the_api_elsewhere_at_graph(api: Inbox, evil: str) -> None:
    """It is refused before anybody is asked."""
    agent = await api.agent()
    asked = len(api.simulator.ledger.records("call"))

    answer = await agent.ask("POST", "/v1/numbers", {**api.credentials, "phone_number_id": evil})

    assert 422 == answer.code
    assert asked == len(api.simulator.ledger.records("call"))


@pytest.mark.parametrize("evil", EVIL, ids=ascii)
async def test_nor_can_one_that_got_past_everybody_else(evil: str) -> None:
    """The door to Graph itself asks nothing for an id that is none, and reaches for no other address."""
    async with trapped() as trap, Graph(f"http://127.0.0.1:{trap.port}", "v25.0", deadline_s=2.0) as graph:
        with pytest.raises(Refused):
            await graph.number(NumberId(evil), "EAAtoken")
        with pytest.raises(Refused):
            await graph.wiring(NumberId(evil), "EAAtoken")
        with pytest.raises(Refused):
            await graph.subscribed_apps(evil, "EAAtoken")
        sent = await graph.send(NumberId(evil), "EAAtoken", {})
        assert sent.error is not None
        assert 0 == trap.visits
        with pytest.raises(Lost):
            await graph.number(NumberId("1"), "EAAtoken")
        assert trap.visits  # so a request would have been seen


@pytest.mark.parametrize("token", ["EAA\r\nHost: evil", "EAA\nX: y", "EAA\x00", "EAA é", "EAA\x7f"])
async def test_a_token_cannot_write_headers(api: Inbox, token: str) -> None:
    """What goes into a header has no line's end in it."""
    agent = await api.agent()

    assert 422 == (await agent.ask("POST", "/v1/numbers", {**api.credentials, "access_token": token})).code


async def test_webhooks_make_ingest_call_nobody(redis_url: str) -> None:
    """Links, media and pictures in what customers send are carried along, never fetched."""
    async with door(redis_url) as a_door, trapped() as trap:
        await a_door.connect(secret=None)
        message = {"id": "wamid.x", "from": "15550001111", "timestamp": "1700000000", "type": "image"}
        media = {"image": {"id": trap.url, "url": trap.url, "link": trap.url, "sha256": "x", "mime_type": "image/png"}}
        value = {"metadata": {"phone_number_id": bodies.NUMBER}, "messages": [{**message, **media}]}
        entry = {"id": "1", "changes": [{"field": "messages", "value": value}]}
        with connections() as called:
            async with a_door.http.post(a_door.url, json={"object": trap.url, "entry": [entry]}) as answer:
                assert 200 == answer.status
            await a_door.events(1)
        assert 0 == trap.visits
        assert trap.port not in {port for _, port in called}
