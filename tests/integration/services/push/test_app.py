"""Who may open a socket at all, and what becomes of the sockets of a push that stops."""

import asyncio
import re

import pytest
from aiohttp import WSServerHandshakeError

from tests.integration.services.push.live import NUMBER, Push, pushing
from tests.real.waiting import S_MAX

EXTENSION = "chrome-extension://abcdefghijklmnopabcdefghijklmnop"


@pytest.mark.parametrize(
    "origin",
    [None, "https://inbox.example.org", "https://other.example.org", EXTENSION, "moz-extension://" + "0" * 36],
)
async def test_these_origins_may(redis_url: str, origin: str | None) -> None:
    """None, the public URL, what the operator allows, our own extension, and any of Firefox."""
    other, extension = "https://other.example.org", EXTENSION.partition("://")[2]
    running = pushing(redis_url, allowed_origins=other, extension_ids=extension)
    async with running as push, push.browser(origin=origin) as browser:
        await browser.hello(await push.token())


@pytest.mark.parametrize("origin", ["https://evil.example.org", "null", EXTENSION, "http://inbox.example.org"])
async def test_other_origins_may_not(push: Push, origin: str) -> None:
    """A page elsewhere is told so before the upgrade."""
    with pytest.raises(WSServerHandshakeError) as refused:
        async with push.browser(origin=origin):
            pass
    assert 403 == refused.value.status


async def test_the_subprotocol_is_ours_or_none(push: Push) -> None:
    """Another version would mean other frames; among several offered, ours is chosen."""
    async with push.browser(protocols=["cloud-inbox.v2", "cloud-inbox.v1"]) as browser:
        assert "cloud-inbox.v1" == browser.socket.protocol
    async with push.browser(protocols=[]) as browser:
        assert browser.socket.protocol is None
        await browser.hello(await push.token())
    with pytest.raises(WSServerHandshakeError) as refused:
        async with push.browser(protocols=["cloud-inbox.v2"]):
            pass
    assert 400 == refused.value.status


async def test_a_plain_request_is_told_that_this_is_a_socket(push: Push) -> None:
    """No upgrade, no socket: a problem like any other."""
    async with push.http.get(f"{push.origin}/v1/live") as answer:
        assert (400, "application/problem+json") == (answer.status, answer.content_type)


async def test_compression_is_not_agreed_to(push: Push) -> None:
    """A frame is encoded once for all sockets, so none is compressed for itself."""
    async with push.browser(compress=15) as browser:
        assert 0 == browser.socket.compress
        await browser.hello(await push.token())


async def test_a_stopping_push_says_1012_and_when_to_come_back(redis_url: str) -> None:
    """Each socket gets a time of its own, so that they do not come back together; no new ones are let in."""
    async with pushing(redis_url) as push:
        reasons = set()
        async with push.greeted() as one, push.greeted() as two, push.browser() as silent:
            await one.begin()
            await two.begin()
            push.ground.stopping.set()
            for browser in (one, two, silent):
                async with asyncio.timeout(S_MAX):
                    closing = await browser.socket.receive()
                assert (1012, 1012) == (closing.data, browser.socket.close_code)
                reasons.add(closing.extra)
                assert re.fullmatch(r"restarting: come back in \d+\.\d s", str(closing.extra))
        assert len(reasons) > 1
        with pytest.raises(WSServerHandshakeError) as refused:
            async with push.browser():
                pass
        assert 503 == refused.value.status


async def test_a_restarted_push_goes_on_from_the_cursor(redis_url: str) -> None:
    """Push owns no truth: what came while it was away is there, once, in order."""
    async with pushing(redis_url) as first:
        async with first.greeted() as browser:
            await browser.begin()
            await first.append(1, 2)
            assert [1, 2] == await browser.hear(2)
            cursor = browser.cursors[NUMBER]
        workspace_id = first.workspace_id
        await first.append(3)
    async with pushing(redis_url, workspace_id) as second:
        await second.append(4)
        async with second.greeted(cursor) as browser:
            assert [3, 4] == await browser.hear(2)
            await second.append(5)
            assert [5] == await browser.hear(1)


async def test_leaving_waits_for_nobody_who_does_not_answer(redis_url: str) -> None:
    """A socket whose peer neither reads nor answers does not keep the process from stopping."""
    async with asyncio.timeout(S_MAX), pushing(redis_url, close_s_max=0.5, heartbeat_s=10 * S_MAX) as push:
        reader, writer = await asyncio.open_connection("127.0.0.1", int(push.origin.rpartition(":")[2]))
        writer.write(
            b"GET /v1/live HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
        )
        assert b"101" in await reader.readline()
    writer.close()
