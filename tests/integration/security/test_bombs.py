"""Documents that are built to be hard: refused in little time, by anybody's door, with nothing left behind."""

import asyncio
import uuid
from collections.abc import AsyncIterator, Callable
from functools import partial

import pytest

from tests.integration.services.ingest.doors import Door, door
from tests.integration.services.push.live import Push, pushing
from tests.payloads import bodies
from tests.real.inbox import JOIN_KEY, Inbox
from tests.real.waiting import until_answered

KIB, MIB = 1024, 1024 * 1024
ALL_S_MAX = 60.0  # together, on a busy machine; not a measure, but an end


def filled(unit: bytes, before: bytes, after: bytes, length: int) -> bytes:
    """As many of them as fit."""
    count = (length - len(before) - len(after)) // (len(unit) + 1)
    return before + b",".join([unit] * count) + after


def keys(length: int) -> bytes:
    """An object with as many different names as fit."""
    return b"{" + b",".join(b'"k%d":1' % number for number in range(length // 14)) + b"}"


Bomb = Callable[[int], bytes]
BOMBS: dict[str, Bomb] = {
    "lists in lists": lambda length: b"[" * length,
    "objects in objects": lambda length: b'{"a":' * (length // 5),
    "lists in lists, closed": lambda length: b"[" * (length // 2) + b"]" * (length // 2),
    "deep in a field": lambda length: b'{"agent_name":' + b"[" * (length // 2 - 20) + b"]" * (length // 2 - 20) + b"}",
    "a hundred levels": lambda _: b'{"agent_name":' + b"[" * 100 + b"]" * 100 + b"}",
    "many names": keys,
    "one name many times": lambda length: filled(b'"agent_name":1', b"{", b"}", length),
    "many lists": lambda length: filled(b"[]", b'{"scopes":[', b"]}", length),
    "many objects": lambda length: filled(b"{}", b'{"content":{"type":"contacts","contacts":[', b"]}}", length),
    "many truths": lambda length: filled(b"1", b'{"scopes":[', b"]}", length),
    "a long number": lambda length: b'{"agent_name":' + b"1" * (length - 20) + b"}",
    "many long numbers": lambda length: filled(b"1" * 4000, b'{"agent_name":[', b"]}", length),
    "a number beyond all": lambda _: b'{"agent_name":1e999999999}',
    "a long text": lambda length: b'{"agent_name":"' + b"a" * (length - 20) + b'"}',
    "a long text of escapes": lambda length: b'{"agent_name":"' + b"\\ud800" * (length // 6 - 5) + b'"}',
    "blanks": lambda length: b" " * (length - 1) + b"1",
}


# Refused for their number alone, before they are read: reading one took a second or two of everybody's time.
COUNTED = ("many names", "one name many times", "many lists", "many objects", "many truths")


@pytest.mark.parametrize("signed_in", [False, True])
async def test_the_api_refuses_them_and_keeps_answering(api: Inbox, signed_in: bool) -> None:
    """400 or 422, also for strangers, and whoever asks meanwhile is answered."""
    agent = await api.agent()
    caller, path = (agent, "/v1/tokens") if signed_in else (api.stranger, "/v1/sessions")
    answered = 0

    async def bystander() -> None:
        nonlocal answered
        while True:
            assert 200 == (await agent.ask("GET", "/v1/session")).code
            answered += 1
            await asyncio.sleep(0.01)

    watching = asyncio.create_task(bystander())
    try:
        async with asyncio.timeout(ALL_S_MAX):
            for name, bomb in BOMBS.items():
                answer = await caller.ask("POST", path, data=bomb(MIB))
                assert answer.code in (400, 422), name
                assert name not in COUNTED or answer.json["detail"] == "The body has too many parts.", name
                assert len(answer.body) < 8 * KIB, name
    finally:
        watching.cancel()
    assert answered


async def test_one_byte_more_than_a_mebibyte_is_too_large(api: Inbox) -> None:
    """413, whether the length is told or not; a body that is packed is not unpacked."""
    body = b"[" * (MIB + 1)

    async def pieces() -> AsyncIterator[bytes]:
        for start in range(0, len(body), 64 * KIB):
            yield body[start : start + 64 * KIB]

    assert (413, "too_large") == (await api.stranger.ask("POST", "/v1/sessions", data=body)).problem
    assert (413, "too_large") == (await api.stranger.ask("POST", "/v1/sessions", data=pieces())).problem
    packed = {"headers": {"Content-Encoding": "gzip"}, "data": b"\x1f\x8b" + b"\0" * 100}
    assert 415 == (await api.stranger.ask("POST", "/v1/sessions", **packed)).code


async def test_what_looks_like_one_and_is_none_is_taken(api: Inbox) -> None:
    """A text of four thousand brackets is a text."""
    agent = await api.agent()
    path = await api.connected(agent)
    await api.customer_writes(agent, "Hello", wa_id="15550001234")
    said = {"id": str(uuid.uuid4()), "content": {"type": "text", "text": {"body": "[{,:" * 1000}}}

    assert 202 == (await agent.ask("POST", f"{path}/conversations/15550001234/messages", said)).code
    assert 201 == (await api.stranger.ask("POST", "/v1/sessions", {"join_key": JOIN_KEY})).code


@pytest.fixture
async def a_door(redis_url: str) -> AsyncIterator[Door]:
    """Where webhooks come in."""
    async with door(redis_url) as made:
        yield made


async def test_the_webhook_door_refuses_or_keeps_them_and_keeps_answering(a_door: Door) -> None:
    """400, or kept raw as one event where Meta might mean it; in bounded time, and a small one does not wait."""
    await a_door.connect(secret=None)
    value = b'{"entry":[{"id":"1","changes":[{"field":"messages","value":{"metadata":{"phone_number_id":"%b"},' % (
        bodies.NUMBER.encode()
    )
    inner: dict[str, Bomb] = {
        f"{unit.decode()} in {listed.decode()}": lambda length, unit=unit, listed=listed: filled(  # type: ignore[misc]
            unit, value + b'"%b":[' % listed, b"]}}]}]}", length
        )
        for unit in (b"{}", b"[]", b"0", b'"\\ud800"', b"1e999")
        for listed in (b"messages", b"history")
    }
    async with asyncio.timeout(2 * ALL_S_MAX):
        for name, bomb in {**BOMBS, **inner}.items():
            assert await answered(a_door, bomb(128 * KIB)) in (200, 400), name
        for name in ("lists in lists", "many names", "many lists"):
            assert await answered(a_door, BOMBS[name](4 * MIB)) in (200, 400), name
        assert 413 == await a_door.post(b"[" * (4 * MIB + 1))


async def answered(at: Door, body: bytes) -> int:
    """What is said in the end: a machine that is too busy says 503, and is asked again, as Meta does."""
    return await until_answered(partial(at.post, body), lambda code: code != 503)


async def test_a_socket_is_closed_for_them(redis_url: str) -> None:
    """4400, before the token is even looked at."""
    async with pushing(redis_url, hello_failures_per_minute=1_000) as push:
        async with asyncio.timeout(ALL_S_MAX):
            for name, bomb in BOMBS.items():
                assert 4400 == await closed_with(push, bomb(120 * KIB)), name
            hello = filled(b'"1":null', b'{"type":"hello","token":"x","numbers":{', b"}}", 120 * KIB)
            assert await closed_with(push, hello) in (4400, 4401)


async def closed_with(push: Push, frame: bytes) -> int | None:
    """How it ends when this is the first frame."""
    async with push.browser() as browser:
        await browser.socket.send_str(frame.decode())
        return await browser.closed()
