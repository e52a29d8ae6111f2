"""The handshake, byte for byte, and that nothing of the HTTP server stays behind or is lost."""

import asyncio
import gc

import pytest

from bench import wire
from services.push import frames
from shared.edge import Edge
from tests.integration.services.push.live import NUMBER, Push, pushing
from tests.real.waiting import until

ASKED = {
    "Host": "x",
    "Upgrade": "WebSocket",
    "Connection": "keep-alive, Upgrade",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    "Sec-WebSocket-Protocol": "other, cloud-inbox.v1",
}


def request(**changed: str | None) -> bytes:
    """A handshake with some headers changed, or left out."""
    told = ASKED | {name.replace("_", "-"): value for name, value in changed.items()}
    lines = [f"{name}: {value}\r\n" for name, value in told.items() if value is not None]
    return f"GET /v1/live HTTP/1.1\r\n{''.join(lines)}\r\n".encode()


async def connected(push: Push) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A bare connection."""
    return await asyncio.open_connection("127.0.0.1", int(push.origin.rpartition(":")[2]))


def edges() -> list[Edge]:
    """Every server of this process to which somebody is connected."""
    return [each for each in gc.get_objects() if isinstance(each, Edge) and each.connections]


async def test_the_answer_is_that_of_the_rfc(push: Push) -> None:
    """The key of its example has the answer of its example; only our protocol is chosen, and no extension."""
    reader, writer = await connected(push)
    writer.write(request(Sec_WebSocket_Extensions="permessage-deflate"))
    head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
    assert "HTTP/1.1 101 Switching Protocols" == head[0]
    assert {
        "Upgrade: websocket",
        "Connection: Upgrade",
        "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=",
        "Sec-WebSocket-Protocol: cloud-inbox.v1",
    } == set(filter(None, head[1:]))
    writer.close()


@pytest.mark.parametrize(
    "changed",
    [
        {"Upgrade": None},
        {"Upgrade": "h2c"},
        {"Connection": "close"},
        {"Sec_WebSocket_Version": "8"},
        {"Sec_WebSocket_Key": None},
        {"Sec_WebSocket_Key": "dGhlIHNhbXBsZSBub25jZQ"},
        {"Sec_WebSocket_Key": "c2hvcnQ="},
        {"Content_Length": "5"},
    ],
)
async def test_what_is_no_handshake_is_400(push: Push, changed: dict[str, str | None]) -> None:
    """Told as plain HTTP."""
    reader, writer = await connected(push)
    writer.write(request(**changed) + b"hello")
    assert b" 400 " in await reader.readline()
    writer.close()


async def test_a_hello_that_comes_with_the_handshake_is_heard(push: Push) -> None:
    """Whoever does not wait for the answer loses nothing."""
    hello = b'{"type":"hello","token":"%b","numbers":{}}' % (await push.token()).encode()
    reader, writer = await connected(push)
    writer.write(request() + wire.spoken(hello))
    await reader.readuntil(b"\r\n\r\n")
    welcome = frames.welcome(20.0)
    assert welcome == await reader.readexactly(len(welcome))
    writer.close()


async def test_nothing_of_the_server_stays_on_the_connection(redis_url: str) -> None:
    """Neither a handler nor a task for each socket; the place that each takes is given back at its end."""
    async with pushing(redis_url) as push:
        _, visitor = await connected(push)
        await until(lambda: bool(edges()))
        (edge,) = edges()
        visitor.close()
        await until(lambda: not edge.connections)
        places, tasks = edge.limits.connections_max, len(asyncio.all_tasks())
        pairs = [await connected(push) for _ in range(20)]
        for reader, writer in pairs:
            writer.write(request())
            await reader.readuntil(b"\r\n\r\n")
        await until(lambda: edge.limits.connections_max == places - 20)
        await until(lambda: not edge.connections)
        assert len(asyncio.all_tasks()) <= tasks + 2
        for _, writer in pairs:
            writer.close()
        await until(lambda: edge.limits.connections_max == places)


async def test_a_socket_hears_what_it_should_after_the_takeover(push: Push) -> None:
    """The rest of the conversation, as a browser has it."""
    async with push.greeted() as browser:
        await browser.begin()
        await push.append(1)
        assert [1] == await browser.hear(1, NUMBER)
