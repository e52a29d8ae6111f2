"""`python -m bench.counter`: many WebSockets in a process of its own, which keep what they hear and look at it later.

While the clock runs a read costs it a count of marks and a place in a list; frames are read when it is over.
"""

import asyncio
import os
import resource
import sys
from collections import Counter
from typing import cast

from bench import wire
from bench.audience import OPENING_AT_ONCE, SOCKETS_PER_ADDRESS, Audience, Heard
from bench.histogram import Histogram
from bench.load import OVER, READY

HOST = "127.0.0.1"
FILES_MAX = 20_000
_END = b"\r\n\r\n"
_PONG = wire.spoken(b"", wire.PONG)
_BRACE = ord("}")
_CARRY = len(wire.MARK) - 1
STEP, ALL = b"1", b"a"  # what a publisher is asked for


class Socket(asyncio.Protocol):
    """One of them."""

    __slots__ = ("_carry", "_crowd", "_hello", "_open", "_ready", "_transport", "chunks", "opened")

    def __init__(self, crowd: "Crowd", hello: bytes) -> None:
        self._crowd = crowd
        self._hello = hello
        self._ready = crowd.ready
        self._open = False
        self._carry = b""
        self.chunks: list[bytes] = []
        self.opened: asyncio.Future[None] = crowd.loop.create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Shake hands."""
        self._transport = cast("asyncio.Transport", transport)
        self._transport.write(self._crowd.handshake)

    def data_received(self, data: bytes) -> None:
        """Keep it, and count the changes that begin in it."""
        if not self._open:
            self._begin(data)
            return
        self.chunks.append(data)
        seen = self._carry + data if self._carry else data
        heard = seen.count(wire.MARK)
        # A mark that is cut in two is found with the next read; what ends with a brace has none.
        self._carry = b"" if data[-1] == _BRACE else seen[-_CARRY:]
        if heard:
            self._crowd.heard(heard)
        elif not self.opened.done():
            self._look()
        if data.endswith(wire.PING_BYTES):
            self._transport.write(_PONG)

    def _begin(self, data: bytes) -> None:
        head, end, rest = (b"".join(self.chunks) + data).partition(_END)
        self.chunks = [] if end else [head]
        if not end:
            return
        if not head.startswith(b"HTTP/1.1 101"):
            self._fail(f"answered {head[:60]!r}")
            return
        self._open = True
        if self._hello:
            self._transport.write(self._hello)
        if not self._ready:
            self.opened.set_result(None)
        if rest:
            self.data_received(rest)

    def _look(self) -> None:
        if self._ready in b"".join(self.chunks):
            self.opened.set_result(None)
            self.chunks = []

    def connection_lost(self, exc: Exception | None) -> None:
        """It must not be."""
        self._fail(f"closed after {b''.join(self.chunks)[-100:]!r}")

    def _fail(self, why: str) -> None:
        self._crowd.failed(why)
        if not self.opened.done():
            self.opened.cancel()

    def close(self) -> None:
        """No more to hear."""
        self._crowd.closing = True
        self._transport.abort()


class Crowd:
    """All of them, and how much they have heard together."""

    def __init__(self, audience: Audience) -> None:
        self.loop = asyncio.get_running_loop()
        self.handshake = wire.handshake(f"{HOST}:{audience.port}", audience.path, audience.protocol)
        self.ready = audience.ready.encode()
        self.closing = False
        self._audience = audience
        self._sockets: list[Socket] = []
        self._count = 0
        self._wanted = 0
        self._complete = asyncio.Event()
        self._failure = ""

    async def open(self) -> None:
        """All, some at a time."""
        places = iter(range(self._audience.sockets))

        async def lane() -> None:
            for place in places:
                socket = await self._connect(place)
                await socket.opened
                if self._failure:
                    return

        await asyncio.gather(*(lane() for _ in range(OPENING_AT_ONCE)))
        self._check()

    async def _connect(self, place: int) -> Socket:
        tens, hellos = place // SOCKETS_PER_ADDRESS, self._audience.hellos
        hello = wire.spoken(hellos[tens % len(hellos)].encode()) if hellos else b""
        address = f"127.0.{1 + tens}.1"
        _, socket = await self.loop.create_connection(
            lambda: Socket(self, hello), HOST, self._audience.port, local_addr=(address, 0)
        )
        self._sockets.append(socket)
        return socket

    async def run(self) -> tuple[float, Histogram]:
        """How long it took, and each step of it."""
        began_s = self.loop.time()
        took_us: list[int] = []
        async with asyncio.timeout(self._audience.heard_s_max):
            match self._audience.kind:
                case "step":
                    for number in range(self._audience.changes):
                        step_s = self.loop.time()
                        os.write(self._audience.publisher, STEP)
                        await self._until((number + 1) * self._audience.sockets)
                        took_us.append(round((self.loop.time() - step_s) * 1_000_000))
                case "burst":
                    os.write(self._audience.publisher, ALL)
                    await self._until(self._audience.changes * self._audience.sockets)
                case "storm":
                    await self.open()
                    await self._until(self._audience.changes * self._audience.sockets)
                case "idle":
                    self._check()
        return self.loop.time() - began_s, Histogram.of(took_us)

    def heard(self, changes: int) -> None:
        """Some more."""
        self._count += changes
        if self._count >= self._wanted:
            self._complete.set()

    def failed(self, why: str) -> None:
        """The figure would be wrong."""
        if not self.closing:
            self._failure = self._failure or why
            self._complete.set()

    async def _until(self, count: int) -> None:
        self._wanted = count
        self._complete.clear()
        if self._count < count:
            await self._complete.wait()
        self._check()

    def _check(self) -> None:
        if self._failure:
            raise RuntimeError(f"a socket {self._failure}")

    def orders(self) -> list[tuple[int, list[int]]]:
        """Who heard what; streams that are the same to the byte are read once."""
        streams = Counter(b"".join(socket.chunks) for socket in self._sockets)
        found: Counter[tuple[int, ...]] = Counter()
        for stream, sockets in streams.items():
            found[tuple(wire.serials(stream))] += sockets
        return [(sockets, list(order)) for order, sockets in found.items()]

    def close(self) -> None:
        """All."""
        for socket in self._sockets:
            socket.close()


async def count(audience: Audience) -> None:
    """Say when all are open, run when told to, say when it is over: processor time is read at these words."""
    crowd = Crowd(audience)
    if audience.kind != "storm":
        await crowd.open()
        await asyncio.sleep(0.3)
    print(READY, flush=True)
    await asyncio.to_thread(sys.stdin.readline)
    took_s, steps = await crowd.run()
    print(OVER, flush=True)
    told = Heard(
        deliveries=audience.sockets * audience.changes,
        took_s=took_s,
        orders=crowd.orders() if audience.changes else [],
        steps=steps.as_json(),
    )
    crowd.close()
    print(told.model_dump_json(), flush=True)


if __name__ == "__main__":
    import uvloop

    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard if hard != resource.RLIM_INFINITY else FILES_MAX, hard))
    uvloop.run(count(Audience.model_validate_json(sys.stdin.readline())))
