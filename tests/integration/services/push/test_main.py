"""`python -m services.push`: a process of its own, told to stop."""

import asyncio
import base64
import os
import signal
import sys

import aiohttp
import pytest

from shared.contract.feed import SUBPROTOCOL
from shared.process import STOP_S_MAX
from tests.integration.services.push.live import Browser, Push
from tests.real.server import free_port
from tests.real.waiting import until_answered


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_closes_sockets_with_1012_and_exits_0(
    redis_url: str, push: Push, number: signal.Signals
) -> None:
    """Ready, then a socket, then told to stop: the socket hears why, and the process is gone in good order."""
    port = free_port()
    environment = {name: value for name, value in os.environ.items() if not name.startswith("INBOX_")} | {
        "INBOX_AMQP_URL": "streams",
        "INBOX_REDIS_URL": redis_url,
        "INBOX_PORT": str(port),
        "INBOX_SECRET_KEYS": base64.urlsafe_b64encode(b"k" * 32).decode(),
    }
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", "services.push", env=environment)
    try:
        async with aiohttp.ClientSession(f"http://127.0.0.1:{port}") as http:

            async def ready() -> bool:
                try:
                    async with http.get("/readyz") as answer:
                        return answer.status == 200
                except aiohttp.ClientError:
                    return False

            await until_answered(ready, bool)
            async with http.ws_connect("/v1/live", protocols=[SUBPROTOCOL]) as socket:
                browser = Browser(socket)
                await browser.hello(await push.token())
                process.send_signal(number)
                assert 1012 == await browser.closed()
        async with asyncio.timeout(STOP_S_MAX):
            assert 0 == await process.wait()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def test_a_missing_setting_stops_it_with_one_line_that_names_it() -> None:
    """Without secret keys nothing starts."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("INBOX_")} | {
        "INBOX_AMQP_URL": "streams",
        "INBOX_REDIS_URL": "redis://127.0.0.1:1",
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "services.push", env=environment, stderr=asyncio.subprocess.PIPE
    )
    _, told = await process.communicate()
    assert 2 == process.returncode
    assert 1 == len(told.splitlines())
    assert b"INBOX_SECRET_KEYS" in told
