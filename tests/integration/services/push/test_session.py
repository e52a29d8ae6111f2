"""One socket from hello to close code: who may, what is said, and what ends it (CONTRACT 6)."""

import asyncio
from typing import Any

import pytest
from aiohttp import WSMsgType

from shared.contract.ids import NumberId
from shared.registry import NumberRecord
from tests.integration.services.push.live import NUMBER, OTHER, Push, counts, pushing
from tests.real.waiting import S_MAX


async def test_a_token_is_welcome_and_hears_changes_from_now_on(push: Push) -> None:
    """Welcome, an empty first frame with the cursor, then each change once with its cursor; nothing from before."""
    before = await push.append(1)
    async with push.browser() as browser:
        assert "cloud-inbox.v1" == browser.socket.protocol
        welcome = await browser.hello(await push.token(), {NUMBER: None})
        assert {"type": "welcome", "heartbeat_s": 20} == welcome
        assert before == await browser.begin()
        cursor = await push.append(2, 3)

        frame = await browser.next()

    assert ("changes", NUMBER, cursor) == (frame["type"], frame["number_id"], frame["cursor"])
    assert [2, 3] == counts(frame)
    assert ["cursor", "kind", "value"] == list(frame["changes"][0])


async def test_hello_without_numbers_is_welcome(push: Push) -> None:
    """Numbers may come later, by subscribe."""
    async with push.browser() as browser:
        await browser.hello(await push.token())
        await browser.send(type="subscribe", numbers={NUMBER: None})
        await browser.begin()
        await push.append(1)
        assert [1] == await browser.hear(1)


@pytest.mark.parametrize(
    "first",
    [
        "no json",
        "[]",
        "{}",
        '{"type":"hello"}',
        '{"type":"hello","token":""}',
        '{"type":"hello","token":"x","numbers":[]}',
        '{"type":"hello","token":"x","numbers":{"1":7}}',
        '{"type":"hello","token":"x","numbers":{},"more":1}',
        '{"type":"ping"}',
        '{"type":"pong"}',
        '{"type":"subscribe","numbers":{}}',
        '{"type":"unsubscribe","numbers":[]}',
        '{"type":"hello","token":"x","numbers":{"1":"' + "x" * 200_000 + '"}}',
    ],
)
async def test_another_first_frame_is_4400(push: Push, first: str) -> None:
    """Only a well-formed hello opens the conversation."""
    async with push.browser() as browser:
        await browser.socket.send_str(first)
        assert 4400 == await browser.closed()


@pytest.mark.parametrize(
    "later",
    [
        {"type": "hello", "token": "x", "numbers": {}},
        {"type": "nonsense"},
        {"type": "subscribe"},
        {"type": "subscribe", "numbers": {NUMBER: "bad cursor"}},
        {"type": "subscribe", "numbers": {NUMBER: "well-formed_but_no_cursor"}},
        {"type": "unsubscribe", "numbers": {}},
    ],
)
async def test_a_bad_frame_later_is_4400(push: Push, later: Any) -> None:
    """A second hello, unknown types, missing fields, and what no feed ever gave out as a cursor."""
    async with push.browser() as browser:
        await browser.hello(await push.token())
        await browser.socket.send_json(later)
        assert 4400 == await browser.closed()


async def test_a_binary_frame_is_4400(push: Push) -> None:
    """Frames are text."""
    async with push.browser() as browser:
        await browser.socket.send_bytes(b"{}")
        assert 4400 == await browser.closed()


async def test_a_cursor_that_is_none_in_hello_is_4400(push: Push) -> None:
    """Malformed, and so not merely old."""
    async with push.browser() as browser:
        await browser.send(type="hello", token=await push.token(), numbers={NUMBER: "1-1"})
        assert 4400 == await browser.closed()


async def test_who_comes_when_all_is_known_is_told_what_the_first_was(push: Push) -> None:
    """Whether or not the store had to be asked: welcome with the same rights, refused for the same reasons."""
    gone = NumberRecord(workspace_id=push.workspace_id, number_id=OTHER, connected=True, erasing="e" * 32)
    await push.ground.registry.save_number(gone)
    token, weak = await push.token(), await push.token("read", "send")
    refused: list[tuple[str, dict[NumberId, str | None], int]] = [
        (token, {NUMBER: "well-formed_but_no_cursor"}, 4400),
        (token, {OTHER: None}, 4403),
        (weak, {NUMBER: None}, 4403),
    ]
    for count in range(1, 4):
        async with push.browser() as browser:
            await browser.hello(token, {NUMBER: None})
            await browser.begin()
            await push.append(count)
            assert [count] == await browser.hear(1)
            await browser.send(type="hello", token=token, numbers={})
            assert 4400 == await browser.closed()
        for secret, numbers, code in refused:
            async with push.browser() as browser:
                await browser.send(type="hello", token=secret, numbers=numbers)
                assert code == await browser.closed()


async def test_too_many_frames_are_4400(redis_url: str) -> None:
    """A browser that floods is cut off; the burst and the rate are its allowance."""
    async with pushing(redis_url, frames_burst=10, frames_per_s_max=0.1) as push, push.browser() as browser:
        await browser.hello(await push.token())
        for _ in range(10):
            await browser.send(type="pong")
        assert 4400 == await browser.closed()


async def test_no_hello_in_time_is_4401(redis_url: str) -> None:
    """Who says nothing is not authenticated; protocol pings do not buy time."""
    async with pushing(redis_url, hello_s_max=0.3) as push, push.browser() as silent, push.browser() as pinging:

        async def ping() -> None:
            while True:
                await pinging.socket.ping()
                await asyncio.sleep(0.1)

        pings = asyncio.create_task(ping())
        assert 4401 == await silent.closed()
        assert 4401 == await pinging.closed()
        pings.cancel()


@pytest.mark.parametrize("token", ["x", "cit_" + "a" * 43, "é", "{}"])
async def test_an_unknown_token_is_4401(push: Push, token: str) -> None:
    """Whatever it looks like."""
    async with push.browser() as browser:
        await browser.send(type="hello", token=token, numbers={NUMBER: None})
        assert 4401 == await browser.closed()


async def test_a_session_is_4403(push: Push) -> None:
    """A session may do everything but open the socket: live updates ride on a token."""
    secret, _ = await push.ground.credentials.create_session(push.workspace_id, "Ada")
    async with push.browser() as browser:
        await browser.send(type="hello", token=secret, numbers={})
        assert 4403 == await browser.closed()


@pytest.mark.parametrize("scopes", [("read",), ("send",), ("read", "send"), ("live",)])
async def test_a_token_without_live_and_read_is_4403(push: Push, scopes: Any) -> None:
    """The scope `live` needs `read`."""
    async with push.browser() as browser:
        await browser.send(type="hello", token=await push.token(*scopes), numbers={})
        assert 4403 == await browser.closed()


@pytest.mark.parametrize("number", ["1", "", "x" * 200, "106540352242922}", "../1"])
async def test_a_number_of_nobody_is_4403(push: Push, number: str) -> None:
    """In hello and in subscribe; what is refused leaves no trace in the store."""
    async with push.browser() as browser:
        await browser.send(type="hello", token=await push.token(), numbers={NUMBER: None, number: None})
        assert 4403 == await browser.closed()
    async with push.browser() as browser:
        await browser.hello(await push.token())
        await browser.send(type="subscribe", numbers={number: None})
        assert 4403 == await browser.closed()


async def test_a_number_of_another_workspace_is_4403_and_never_heard(push: Push) -> None:
    """One number may be connected in two workspaces: each hears its own feed alone."""
    stranger = await push.ground.registry.create_workspace()
    token, _ = await push.ground.credentials.create_token(stranger, "test", ("read", "live"))
    async with push.browser() as browser:
        await browser.send(type="hello", token=token, numbers={NUMBER: None})
        assert 4403 == await browser.closed()

    theirs = Push(push.origin, push.ground, push.http, stranger, push.feed)
    await theirs.connect(NUMBER)
    async with theirs.greeted() as their, push.greeted() as our:
        await their.begin()
        await our.begin()
        await push.append(1)
        await theirs.append(2)
        assert ([2], [1]) == (await their.hear(1), await our.hear(1))


async def test_a_client_ping_is_answered_and_a_pong_frame_is_welcome(push: Push) -> None:
    """WebSocket's own ping gets its pong, and the contract's pong gets nothing."""
    async with push.browser(autoping=False) as browser:
        await browser.send(type="hello", token=await push.token(), numbers={})
        await browser.socket.receive()
        await browser.send(type="pong")
        await browser.socket.ping(b"are you there")
        message = await browser.socket.receive(timeout=S_MAX)
        assert (WSMsgType.PONG, b"are you there") == (message.type, bytes(message.data))


async def test_too_many_numbers_are_refused(redis_url: str) -> None:
    """A socket follows a bounded number of feeds; the same number again is no new one."""
    async with pushing(redis_url, numbers_per_socket_max=1) as push, push.greeted() as browser:
        await browser.begin()
        await browser.send(type="subscribe", numbers={NUMBER: None})
        await browser.begin()
        await browser.send(type="subscribe", numbers={OTHER: None})
        assert 4400 == await browser.closed()


async def test_redis_away_at_hello_is_1012(real_redis: Any) -> None:
    """Nobody is told that a good token is bad: come back in a moment."""
    async with pushing(real_redis.url) as push:
        token = await push.token()
        real_redis.kill()
        async with push.browser() as browser:
            await browser.send(type="hello", token=token, numbers={})
            assert 1012 == await browser.closed()
        real_redis.start()


async def test_a_slow_socket_is_4408_and_resumes_and_others_do_not_notice(redis_url: str) -> None:
    """Who does not read is closed with 4408 once too much waits; from its cursor it then misses nothing."""
    async with pushing(redis_url, queue_bytes_max=64 * 1024) as push:
        async with push.greeted() as quick, push.greeted() as slow:
            await quick.begin()
            await slow.begin()
            heard: list[int] = []
            while len(heard) < 4_000 and not slow.socket.closed:
                at = len(heard)
                await push.append(*range(at, at + 50), padding=2_000)
                heard += await quick.hear(50)
            assert list(range(len(heard))) == heard

            told: list[int] = []
            async with asyncio.timeout(S_MAX):
                while (message := await slow.socket.receive()).type is WSMsgType.TEXT:
                    frame = message.json()
                    if frame["type"] == "changes":
                        told += counts(frame)
                        slow.cursors[NUMBER] = frame["cursor"]
            assert 4408 == slow.socket.close_code
            assert told == list(range(len(told)))
            assert len(told) < len(heard)
        async with push.greeted(slow.cursors[NUMBER]) as again:
            assert heard[len(told) :] == await again.hear(len(heard) - len(told))


async def test_numbers_are_told_apart(push: Push) -> None:
    """Each frame names its number."""
    async with push.browser() as browser:
        await browser.hello(await push.token(), {NUMBER: None, OTHER: None})
        first = {(await browser.next())["number_id"] for _ in range(2)}
        assert {NUMBER, OTHER} == first
        await push.append(1, number_id=OTHER)
        assert [1] == await browser.hear(1, OTHER)
        await push.append(2)
        assert [2] == await browser.hear(1, NumberId(NUMBER))
