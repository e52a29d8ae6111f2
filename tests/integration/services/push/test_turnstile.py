"""Who asks for sockets too often is told when to come again, before the upgrade."""

import asyncio
from typing import Any

import pytest
from aiohttp import WSServerHandshakeError

from tests.integration.services.push.live import Push, pushing
from tests.real.waiting import S_MAX

NOBODYS = "cit_" + "a" * 43


async def refusal(push: Push, peer: str | None = None) -> tuple[int, str | None]:
    """How a handshake ends; 101 is a socket."""
    given: dict[str, Any] = {"headers": {"X-Forwarded-For": peer}} if peer else {}
    try:
        async with push.browser(**given):
            return 101, None
    except WSServerHandshakeError as error:
        return error.status, error.headers["Retry-After"] if error.headers else None


async def test_a_burst_of_handshakes_passes_and_then_only_the_rate(redis_url: str) -> None:
    """429 with the time after which it is worth coming again."""
    async with pushing(redis_url, handshakes_per_s=0.02, handshakes_burst=3) as push:
        assert [(101, None)] * 3 == [await refusal(push) for _ in range(3)]
        code, retry_after = await refusal(push)

        assert 429 == code
        assert 0 < int(retry_after or 0) <= 50


@pytest.mark.parametrize("frame", [{"type": "hello", "token": NOBODYS, "numbers": {}}, {"type": "pong"}, None])
async def test_so_does_coming_without_a_good_token(redis_url: str, frame: dict[str, Any] | None) -> None:
    """A wrong one, none at all, or nothing: past the limit even a good one waits."""
    async with pushing(redis_url, hello_failures_per_minute=2, hello_s_max=0.2) as push:
        for _ in range(2):
            async with push.browser() as browser:
                if frame is not None:
                    await browser.send(**frame)
                assert await browser.closed() in (4400, 4401)

        code, retry_after = await refusal(push)
        assert 429 == code
        assert 0 < int(retry_after or 0) <= 60


async def test_who_shows_a_good_token_is_never_counted(redis_url: str) -> None:
    """Nor one whose token was revoked afterwards: it was good."""
    async with pushing(redis_url, hello_failures_per_minute=1, revoked_every_s=0.05) as push:
        for _ in range(3):
            secret, token = await push.ground.credentials.create_token(push.workspace_id, "one", ("read", "live"))
            async with push.browser() as browser:
                await browser.hello(secret)
                await push.ground.credentials.revoke_token(push.workspace_id, token.id)
                assert 4401 == await browser.closed()


async def test_only_a_named_gateway_says_who_it_is(redis_url: str) -> None:
    """From anybody else the header is a lie that would let one peer be many."""
    async with pushing(redis_url, handshakes_per_s=0.01, handshakes_burst=1) as push:
        assert [101, 429] == [(await refusal(push, f"192.0.2.{host}"))[0] for host in (1, 2)]
    async with pushing(redis_url, handshakes_per_s=0.01, handshakes_burst=1, trusted_proxies="127.0.0.0/8") as push:
        assert [101, 101, 429] == [(await refusal(push, f"192.0.2.{host}"))[0] for host in (1, 2, 2)]


async def test_a_socket_that_never_says_hello_is_gone_in_time(redis_url: str) -> None:
    """However many of them: none holds a place for longer than its hello may take."""
    async with pushing(redis_url, hello_s_max=0.3, sockets_max=20) as push:
        async with asyncio.timeout(S_MAX):
            silent = [push.http.ws_connect(f"{push.origin}/v1/live") for _ in range(20)]
            sockets = await asyncio.gather(*silent)
            assert [4401] * 20 == [(await socket.receive()).data for socket in sockets]
        async with push.greeted() as browser:
            await browser.begin()
