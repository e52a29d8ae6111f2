"""`python -m services`: everything in one process on one port, with nothing but Python, keeping what it was given."""

import asyncio
import json
import os
import re
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession

from tests.real.brokers import Brokers
from tests.real.server import free_port
from tests.real.waiting import S_MAX

CLEAN = {name: value for name, value in os.environ.items() if not name.startswith("INBOX_")}


@asynccontextmanager
async def started(folder: Path, port: int, **settings: str) -> AsyncIterator[Process]:
    """The process; it is gone afterwards."""
    environment = {**CLEAN, "INBOX_DATA_DIR": str(folder), "INBOX_PORT": str(port), **settings}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "services"), env=environment, stdout=PIPE, stderr=PIPE
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


@asynccontextmanager
async def serving(folder: Path, **settings: str) -> AsyncIterator[tuple[Process, ClientSession]]:
    """The process once it has said that it is ready, and somebody who calls it."""
    port = free_port()
    async with started(folder, port, **settings) as process, ClientSession(f"http://127.0.0.1:{port}") as session:
        assert process.stdout
        line = await asyncio.wait_for(process.stdout.readline(), S_MAX)
        assert f"http://127.0.0.1:{port}" in line.decode(), await stopped(process)
        yield process, session


async def stopped(process: Process, number: signal.Signals = signal.SIGTERM) -> str:
    """Tell it to stop and return what it has logged."""
    if process.returncode is None:
        process.send_signal(number)
    _, errors = await asyncio.wait_for(process.communicate(), S_MAX)
    return errors.decode()


async def signed_up(session: ClientSession, **body: str) -> dict[str, Any]:
    """A new workspace."""
    async with session.post("/v1/sessions", json=body) as answer:
        assert 201 == answer.status
        return dict(await answer.json())


async def test_it_needs_no_settings_shows_its_join_key_once_and_keeps_everything(tmp_path: Path) -> None:
    """Started, stopped by Ctrl-C and started again: the same key, the same workspace, nothing shown twice."""
    async with serving(tmp_path) as (process, session):
        assert 200 == (await session.get("/readyz")).status
        async with session.post("/v1/sessions", json={}) as refused:
            assert 403 == refused.status
        log = await stopped(process, signal.SIGINT)
        assert 0 == process.returncode
    (join_key,) = re.findall(r'"join_key":"([^"]+)"', log)

    async with serving(tmp_path) as (process, session):
        made = await signed_up(session, join_key=join_key)
        second_log = await stopped(process)
        assert 0 == process.returncode
    assert join_key not in second_log

    authorised = {"Authorization": f"Bearer {made['token']}"}
    async with serving(tmp_path) as (_, session), session.get("/v1/session", headers=authorised) as known:
        assert made["workspace"]["id"] == (await known.json())["workspace"]["id"]


@pytest.mark.parametrize("setting", ["INBOX_WEBHOOK_ANSWER_S_MAX", "INBOX_HELLO_S_MAX", "INBOX_RATE_PER_S"])
async def test_a_malformed_setting_of_any_part_is_one_line(tmp_path: Path, setting: str) -> None:
    """It stops at start, before any part has begun, and only that line is written."""
    async with started(tmp_path, free_port(), **{setting: "-1"}) as process:
        _, errors = await asyncio.wait_for(process.communicate(), S_MAX)
    assert 2 == process.returncode
    (line,) = errors.decode().splitlines()
    assert line.startswith(f"cloud-inbox: {setting}: ")


async def test_a_taken_port_is_said_without_a_warning(tmp_path: Path) -> None:
    """Parts that had begun are closed without complaints of Python's beside the reason."""
    taken = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
    async with taken, started(tmp_path, taken.sockets[0].getsockname()[1]) as process:
        _, errors = await asyncio.wait_for(process.communicate(), S_MAX)
    assert 2 == process.returncode
    assert "cloud-inbox: INBOX_PORT: cannot listen" in errors.decode()
    assert "never awaited" not in errors.decode()


async def test_it_is_one_origin(tmp_path: Path) -> None:
    """Webhooks, the socket, the API and the page answer on one port; probes only to this machine itself."""
    async with serving(tmp_path, INBOX_SIGNUP="open") as (_, session):
        made = await signed_up(session)
        authorised = {"Authorization": f"Bearer {made['token']}"}
        callback = await (await session.get("/v1/callback", headers=authorised)).json()
        await session.put("/v1/callback", json={"verify_token": "meta knows it"}, headers=authorised)
        asked = {"hub.mode": "subscribe", "hub.verify_token": "meta knows it", "hub.challenge": "1158201444"}
        path = "/" + callback["callback_url"].split("/", 3)[3]
        async with session.get(path, params=asked) as answer:
            assert (200, "1158201444") == (answer.status, await answer.text())
        async with session.ws_connect("/v1/live", protocols=["cloud-inbox.v1"]) as socket:
            await socket.send_json({"type": "hello", "token": made["token"], "numbers": {}})
            assert 4403 == (await asyncio.wait_for(socket.receive(), S_MAX)).data
        async with session.get("/openapi.json") as described:
            assert 200 == described.status
        for page in ("/livez", "/readyz", "/metrics"):
            assert 200 == (await session.get(page)).status
            assert 404 == (await session.get(page, headers={"X-Forwarded-For": "203.0.113.9"})).status


async def test_an_open_socket_is_closed_when_it_stops(tmp_path: Path) -> None:
    """It ends by itself and not by its deadline, and its log gives nobody away."""
    async with serving(tmp_path, INBOX_SIGNUP="open") as (process, session):
        made = await signed_up(session, agent_name="Ada Lovelace")
        async with session.ws_connect("/v1/live", protocols=["cloud-inbox.v1"]) as socket:
            closing = asyncio.create_task(socket.receive())
            log = await stopped(process)
            assert (0, 1012) == (process.returncode, (await closing).data)
            assert "cut_short" not in log
    assert not [private for private in ("Ada", made["token"], made["workspace"]["id"], "?") if private in log]
    assert all(json.loads(line)["event"] for line in log.splitlines())


async def test_its_death_is_no_loss_and_the_death_of_its_store_is_its_own(tmp_path: Path) -> None:
    """kill -9 the process, start again; kill the store, and the process ends with 1 for its supervisor to see."""
    async with serving(tmp_path, INBOX_SIGNUP="open") as (process, session):
        made = await signed_up(session)
        process.kill()
        await process.wait()

    async with serving(tmp_path, INBOX_SIGNUP="open") as (process, session):
        async with session.get("/v1/session", headers={"Authorization": f"Bearer {made['token']}"}) as known:
            assert 200 == known.status
        os.kill(int((tmp_path / "store" / "valkey.pid").read_text()), signal.SIGKILL)
        assert 1 == await asyncio.wait_for(process.wait(), S_MAX)


async def test_an_operator_lets_someone_back_in_while_it_runs_and_while_it_does_not(tmp_path: Path) -> None:
    """`python -m services.api invite` works beside the running process, on its store."""

    async def invited(workspace_id: str) -> str:
        command = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "services.api", "invite", "--workspace", workspace_id),
            env={**CLEAN, "INBOX_DATA_DIR": str(tmp_path)},
            stdout=PIPE,
        )
        output, _ = await asyncio.wait_for(command.communicate(), S_MAX)
        assert 0 == command.returncode
        return output.decode().strip()

    async with serving(tmp_path, INBOX_SIGNUP="open") as (process, session):
        workspace = (await signed_up(session))["workspace"]
        assert workspace == (await signed_up(session, invite=await invited(workspace["id"])))["workspace"]
        await stopped(process)

    invite = await invited(workspace["id"])
    async with serving(tmp_path) as (_, session):
        assert workspace == (await signed_up(session, invite=invite))["workspace"]


async def test_it_uses_the_servers_that_are_set(tmp_path: Path, amqp_url: str, redis_url: str) -> None:
    """RabbitMQ and Redis of one's own, without a store in the data folder."""
    brokers = Brokers(amqp_url)
    settings = {"INBOX_AMQP_URL": amqp_url, "INBOX_REDIS_URL": redis_url, "INBOX_BROKER_NAMESPACE": brokers.namespace}
    async with serving(tmp_path, **settings, INBOX_SIGNUP="open") as (process, session):
        await signed_up(session)
        assert ["secret.key"] == [path.name for path in tmp_path.iterdir()]
        await stopped(process)
        assert 0 == process.returncode
    await brokers.forget()


@pytest.mark.parametrize("settings", [{"INBOX_PORT": "80a80"}, {"INBOX_DATA_DIR": "/dev/null/data"}])
async def test_what_keeps_it_from_starting_is_one_line(tmp_path: Path, settings: dict[str, str]) -> None:
    """It names the setting."""
    async with started(tmp_path, free_port(), **settings) as process:
        _, errors = await asyncio.wait_for(process.communicate(), S_MAX)

    assert process.returncode not in (0, None)
    (line,) = errors.decode().splitlines()
    assert line.startswith(f"cloud-inbox: {next(iter(settings))}: ")
