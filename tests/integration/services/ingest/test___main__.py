"""`python -m services.ingest` is a process that starts, answers and stops as all of them do."""

import asyncio
import base64
import os
import secrets
import signal
import sys
import uuid

import aiohttp

from tests.payloads import bodies
from tests.real.brokers import Brokers
from tests.real.server import free_port
from tests.real.waiting import until_answered


async def started(**settings: str) -> asyncio.subprocess.Process:
    """The process, with these settings and no others of ours."""
    environment = {name: told for name, told in os.environ.items() if not name.startswith("INBOX_")}
    return await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "services.ingest"),
        env={**environment, **settings},
        stderr=asyncio.subprocess.PIPE,
    )


async def test_the_process_serves_and_stops_in_good_order(amqp_url: str, redis_url: str) -> None:
    """Exit code 0 after SIGTERM."""
    port, namespace = free_port(), f"test-{uuid.uuid4().hex[:12]}"
    process = await started(
        INBOX_PORT=str(port),
        INBOX_AMQP_URL=amqp_url,
        INBOX_REDIS_URL=redis_url,
        INBOX_BROKER_NAMESPACE=namespace,
        INBOX_SECRET_KEYS=base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
    )
    origin = f"http://127.0.0.1:{port}"
    try:
        async with aiohttp.ClientSession() as http:

            async def is_ready() -> bool:
                try:
                    async with http.get(f"{origin}/readyz") as response:
                        return response.status == 200
                except aiohttp.ClientConnectionError:
                    return False

            await until_answered(is_ready, bool)
            async with http.post(f"{origin}/webhooks/nobody", data=bodies.texts("hello")) as response:
                assert 404 == response.status
        process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(25):
            _, errors = await process.communicate()
        assert 0 == process.returncode, errors.decode()
    finally:
        if process.returncode is None:
            process.kill()
        await Brokers(amqp_url, namespace=namespace).forget()


async def test_a_missing_setting_stops_it_with_one_line() -> None:
    """The line names the setting."""
    process = await started(INBOX_REDIS_URL="redis://127.0.0.1:1/0", INBOX_AMQP_URL="amqp://127.0.0.1:1/")
    _, errors = await process.communicate()

    assert process.returncode not in (0, None)
    assert 1 == len(errors.decode().splitlines())
    assert "INBOX_SECRET_KEYS" in errors.decode()
