"""A new secret key, with no downtime: traffic flows through a rolling restart, and the old key can go afterwards."""

import asyncio
import base64
import os
import secrets
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from shared import redis as stores
from tests.real.server import Server
from tests.system.books import balance
from tests.system.browser import Browser
from tests.system.shop import shop
from tests.system.stack import Stack, separate
from tests.system.traffic import traffic

OLD, NEW = (base64.urlsafe_b64encode(secrets.token_bytes(32)).decode() for _ in range(2))
BALANCE_S_MAX = 180.0
pytestmark = [pytest.mark.chaos, pytest.mark.timeout(600)]


@pytest.fixture
async def own_redis_url(real_redis: Server) -> AsyncIterator[str]:
    """A database of its own: sealing again concerns every workspace of a store."""
    url = real_redis.url.removesuffix("/0") + "/7"
    async with stores.connect(url) as store:
        await store.flushdb()
        yield url
        await store.flushdb()


async def reencrypt(redis_url: str, keys: str) -> tuple[int, str]:
    """The command of an operator: exit code and all that it prints."""
    told = {"INBOX_REDIS_URL": redis_url, "INBOX_AMQP_URL": "streams", "INBOX_SECRET_KEYS": keys}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "services.api", "reencrypt"),
        env={"PATH": os.environ["PATH"], **told},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    output, _ = await process.communicate()
    return process.returncode or 0, output.decode()


async def rolled(stack: Stack, keys: str, say: Callable[[str], None]) -> None:
    """One process after the other is told to stop, and started with other keys."""
    for name, part in stack.parts.items():
        part.tell(INBOX_SECRET_KEYS=keys)
        assert 0 == await part.stop(), name
        await stack.start(name)
        say(name)


async def test_a_new_key_comes_and_the_old_one_goes_while_traffic_flows(
    amqp_url: str, own_redis_url: str, tmp_path: Path
) -> None:
    """Nothing is lost or doubled; with the new key alone webhooks still verify and sends still go out."""
    rotated: list[str] = []
    async with (
        separate(amqp_url, own_redis_url, tmp_path, INBOX_SECRET_KEYS=OLD) as stack,
        shop(stack) as opened,
        Browser(opened) as browser,
    ):
        async with traffic(opened):
            await rolled(stack, f"{NEW},{OLD}", rotated.append)
            code, output = await reencrypt(own_redis_url, f"{NEW},{OLD}")
            assert 0 == code, output
            await rolled(stack, NEW, rotated.append)
        await balance(opened, browser, BALANCE_S_MAX)
        assert 2 * list(stack.parts) == rotated

        # The app secret and the token are read by processes that have never seen the old key.
        ada = opened.customer()
        await opened.hears(ada)
        await opened.until_shown(ada, await opened.posts(ada), "delivered", BALANCE_S_MAX)
        evidence = await opened.agent.ask("GET", f"{opened.path}/health")
        assert "unsigned" not in str(evidence)
        number = await opened.agent.ask("GET", opened.path)
        assert "connected" == number["state"]
