"""`python -m services.api.projector rebuild`, as an operator runs it."""

import asyncio
import base64
import os
import secrets
import sys

from tests.real.brokers import Brokers

COMMAND_S_MAX = 60.0


async def run(*arguments: str, **told: str) -> tuple[int | None, str, str]:
    """Its exit code, what it said, and what went wrong."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("INBOX_")}
    key = base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()
    environment = {**kept, "INBOX_SECRET_KEYS": key, "INBOX_LOG_LEVEL": "error", **told}
    pipe = asyncio.subprocess.PIPE
    running = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "services.api.projector", "rebuild", *arguments),
        env=environment,
        stdout=pipe,
        stderr=pipe,
    )
    async with asyncio.timeout(COMMAND_S_MAX):
        out, errors = await running.communicate()
    return running.returncode, out.decode(), errors.decode()


async def test_it_tells_how_far_it_is_and_how_it_ended(amqp_url: str, redis_url: str) -> None:
    """In plain lines where there is no terminal; an archive in which nothing is yet is rebuilt from as well."""
    brokers = Brokers(amqp_url)
    told = {"INBOX_AMQP_URL": amqp_url, "INBOX_REDIS_URL": redis_url, "INBOX_BROKER_NAMESPACE": brokers.namespace}
    code, out, errors = await run(**told)
    await brokers.forget()

    assert (0, "") == (code, errors)
    assert "what was asked and erased: 0 of 0\nall that happened: 0 of 0\nrebuilt from 20" in out
    assert out.endswith(": 0 deliveries\n")


async def test_without_an_archive_it_says_so(redis_url: str) -> None:
    """The embedded broker's queues are in the store that was lost."""
    code, out, errors = await run(INBOX_AMQP_URL="streams", INBOX_REDIS_URL=redis_url)

    assert (2, "") == (code, out)
    assert "the embedded broker has no archive" in errors
