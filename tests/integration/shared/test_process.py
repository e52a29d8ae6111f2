"""The life of a process: started, stopped by signals, cut off in time, and alive while its store is away."""

import asyncio
import base64
import json
import os
import signal
import sys
import uuid
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiohttp import ClientSession

from shared.http import DRAIN_S_MAX
from shared.process import FINISH_S_MAX, STOP_S_MAX
from shared.redis import connect
from tests.real.server import Server
from tests.real.waiting import S_MAX, until_answered

SECRET = base64.urlsafe_b64encode(b"k" * 32).decode()


@asynccontextmanager
async def started(*arguments: str, **settings: str) -> AsyncIterator[Process]:
    """The smallest process; it is gone afterwards."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("INBOX_")}
    environment |= {"INBOX_AMQP_URL": "streams", "INBOX_SECRET_KEYS": SECRET, **settings}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.integration.shared.smallest", *arguments),
        env=environment,
        stdout=PIPE,
        stderr=PIPE,
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def port_of(process: Process) -> int:
    """Where it listens."""
    assert process.stdout
    return int(await process.stdout.readline())


async def began(session: ClientSession) -> None:
    """Return when its dependencies have answered."""

    async def status() -> int:
        async with session.get("/readyz") as answer:
            return answer.status

    await until_answered(status, lambda code: code == 200)


@asynccontextmanager
async def serving(redis_url: str, *arguments: str) -> AsyncIterator[tuple[Process, ClientSession]]:
    """The smallest process, ready, and somebody who calls it."""
    async with (
        started(*arguments, INBOX_REDIS_URL=redis_url) as process,
        ClientSession(f"http://127.0.0.1:{await port_of(process)}") as session,
    ):
        await began(session)
        yield process, session


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_answers_long_polls_before_work_is_finished_and_exits_0(
    redis_url: str, number: signal.Signals
) -> None:
    """Told to stop: whoever only waits is let go, what is in hand is finished."""
    async with serving(redis_url) as (process, session):
        store, own = connect(redis_url), uuid.uuid4().hex
        asked = {"begun": f"{own}-begun", "goal": f"{own}-goal"}
        poll, work = (asyncio.create_task(session.get(page, params=asked)) for page in ("/poll", "/work"))
        await until_answered(lambda: store.get(asked["begun"]), lambda count: count == b"2")
        process.send_signal(number)

        assert {"changes": []} == await (await poll).json()
        await store.set(asked["goal"], 1)
        await store.aclose()
        assert {"finished": True} == await (await work).json()
        assert 0 == await asyncio.wait_for(process.wait(), S_MAX)
        lines = [json.loads(line) for line in (await process.stderr.read()).splitlines()]  # type: ignore[union-attr]
        assert ["process.stopping", "process.stopped"] == [
            line["event"] for line in lines if "process" in line["event"]
        ]


async def test_work_that_never_ends_is_cut_off_in_time(redis_url: str) -> None:
    """A stuck request holds nobody up beyond the deadline."""
    async with serving(redis_url, "request") as (process, session):
        stuck = asyncio.create_task(session.get("/stuck"))
        await asyncio.sleep(0.2)
        process.terminate()

        assert 0 == await asyncio.wait_for(process.wait(), S_MAX)
        await asyncio.gather(stuck, return_exceptions=True)


async def test_closing_that_never_ends_is_cut_off_in_time(redis_url: str) -> None:
    """Nor does a stuck close."""
    async with serving(redis_url, "closing") as (process, _):
        process.terminate()

        assert 0 == await asyncio.wait_for(process.wait(), S_MAX)
        assert b"process.cut_short" in await process.stderr.read()  # type: ignore[union-attr]


def test_the_deadlines_add_up_to_what_is_promised() -> None:
    """Draining (twice, as aiohttp does it), finishing and leaving all end within 25 seconds."""
    assert 2 * DRAIN_S_MAX < FINISH_S_MAX < STOP_S_MAX < 25


async def test_an_unexpected_exception_in_a_part_ends_the_process_with_1(redis_url: str) -> None:
    """It is told where, not what: the words of an exception may be anybody's."""
    async with started("part", INBOX_REDIS_URL=redis_url) as process:
        _, errors = await asyncio.wait_for(process.communicate(), S_MAX)
        line = json.loads(errors.splitlines()[-1])

    assert 1 == process.returncode
    assert ("process.failed", "critical") == (line["event"], line["level"])
    assert ["ExceptionGroup", "RuntimeError"] == [told["type"] for told in line["exception"]]
    assert b"private" not in errors


async def test_a_refused_setting_is_one_line(redis_url: str) -> None:
    """Not a traceback; and what was secret is not in it."""
    async with started(INBOX_REDIS_URL=redis_url, INBOX_SECRET_KEYS="hunter2", INBOX_PORT="x") as process:
        _, errors = await asyncio.wait_for(process.communicate(), S_MAX)

    assert 2 == process.returncode
    (line,) = errors.decode().splitlines()
    assert line.startswith("cloud-inbox: ")
    assert "INBOX_SECRET_KEYS: " in line
    assert "hunter2" not in line


async def test_a_store_that_is_away_is_waited_for_and_its_loss_is_no_crash(real_redis: Server) -> None:
    """Before the first answer only /livez speaks; after it the process stays up, whatever goes away."""
    real_redis.stop()
    async with (
        started(INBOX_REDIS_URL=real_redis.url) as process,
        ClientSession(f"http://127.0.0.1:{await port_of(process)}") as session,
    ):
        assert 200 == (await session.get("/livez")).status
        assert [503, 503] == [(await session.get(page)).status for page in ("/readyz", "/store")]

        real_redis.start()
        await began(session)
        assert 200 == (await session.get("/store")).status

        real_redis.kill()
        lost = await session.get("/store")
        assert (503, "unavailable") == (lost.status, (await lost.json())["code"])
        assert 200 == (await session.get("/livez")).status

        real_redis.start()
        await began(session)
        assert 200 == (await session.get("/store")).status
        process.terminate()
        assert 0 == await asyncio.wait_for(process.wait(), S_MAX)
