"""The counter of deliveries, as a process, against a server that sends in pieces."""

import asyncio
import os
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import pytest
from aiohttp import web

from bench import wire
from bench.audience import Audience, Heard
from bench.changes import change
from bench.listening import take
from bench.pushes import Hall, Return
from services.push import frames

SENT = [4, 2, 9]
PIECE = 97


@asynccontextmanager
async def _sending(sent: list[int], first: Sequence[int] = ()) -> AsyncIterator[Hall]:
    """The same changes to each socket (maybe not to the first), in pieces that are no frames, and a ping at the end."""
    others = iter([first] if first else [])

    async def live(request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(compress=False)
        await socket.prepare(request)
        assert request.transport is not None
        stream = b"".join(frames.text(change(serial)) for serial in next(others, sent)) + wire.PING_BYTES
        for at in range(0, len(stream), PIECE):
            request.transport.write(stream[at : at + PIECE])
            await asyncio.sleep(0.002)
        await socket.receive()
        return socket

    async def miss(_: range) -> Return:
        raise NotImplementedError

    app = web.Application()
    app.router.add_get("/live", live)
    runner = web.AppRunner(app)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield Hall("test", runner.addresses[0][1], "/live", os.getpid(), {}, miss)
    finally:
        await runner.cleanup()


async def _heard(sent: list[int], wanted: int, heard_s_max: float = 20.0, first: Sequence[int] = ()) -> Heard:
    async with _sending(sent, first) as hall:
        audience = Audience(
            port=hall.port,
            path=hall.path,
            protocol="",
            sockets=3,
            kind="storm",
            changes=wanted,
            heard_s_max=heard_s_max,
        )
        return (await take(hall, audience, {}))[1]


async def test_every_change_of_every_socket_is_counted_and_kept_in_order() -> None:
    """Pings between them are answered and count for nothing."""
    heard = await _heard(SENT, len(SENT))
    assert (9, [(3, SENT)]) == (heard.deliveries, heard.orders)
    assert heard.took_s > 0


async def test_a_socket_that_hears_another_order_is_told_apart() -> None:
    """The others are not believed for it."""
    heard = await _heard(SENT, len(SENT), first=[9, 2, 4])
    assert [(1, [9, 2, 4]), (2, SENT)] == sorted(heard.orders)


async def test_a_change_that_does_not_come_is_no_figure() -> None:
    """It is waited for, and then there is none."""
    with pytest.raises(RuntimeError):
        await _heard(SENT[:2], len(SENT), heard_s_max=0.5)
