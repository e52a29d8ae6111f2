"""`python -m bench.journey`: webhooks in at one end, what a browser hears at the other, by one clock."""

import asyncio
import sys
import time
from typing import cast

from bench import wire
from bench.alarm import Alarm
from bench.generator import HOST, Generator
from bench.histogram import Histogram
from bench.load import OVER, READY, Journey, Told
from bench.webhooks import serials

_END = b"\r\n\r\n"
_CARRY = 80  # bytes; longer than what names a message, which may be cut in two
_PONG = wire.spoken(b"", wire.PONG)


class Ear(asyncio.Protocol):
    """One socket, as a browser has it; keeps when it first heard of each serial."""

    def __init__(self, journey: Journey) -> None:
        self._journey = journey
        self._loop = asyncio.get_running_loop()
        self._kept = b""
        self._begun = False
        self._wanted = 0
        self.heard_s: dict[int, float] = {}
        self.ready: asyncio.Future[None] = self._loop.create_future()
        self.complete: asyncio.Future[None] = self._loop.create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Shake hands."""
        self._transport = cast("asyncio.Transport", transport)
        journey = self._journey
        self._transport.write(wire.handshake(f"{HOST}:{journey.live_port}", journey.live_path, journey.protocol))

    def data_received(self, data: bytes) -> None:
        """Look for what was not heard yet."""
        now_s = time.monotonic()
        seen = self._kept + data
        if not self._begun and _END in seen:
            self._begun = True
            if self._journey.hello:
                self._transport.write(wire.spoken(self._journey.hello.encode()))
        if self._begun and not self.ready.done() and self._journey.ready.encode() in seen:
            self.ready.set_result(None)
        self._kept = self.listen(seen, now_s) if self.ready.done() else seen
        if self._wanted and len(self.heard_s) >= self._wanted and not self.complete.done():
            self.complete.set_result(None)
        if data.endswith(wire.PING_BYTES):
            self._transport.write(_PONG)

    def listen(self, seen: bytes, now_s: float) -> bytes:
        """What of it has to be seen again with what comes next."""
        for serial in serials(seen):
            self.heard_s.setdefault(serial, now_s)
        return seen[-_CARRY:]

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing more is heard."""
        for waited in (self.ready, self.complete):
            if not waited.done():
                waited.set_exception(ConnectionError(f"the socket closed after {self._kept[-100:]!r}"))

    async def until(self, count: int) -> None:
        """So many are heard."""
        self._wanted = count
        if len(self.heard_s) < count:
            await self.complete
        elif not self.complete.done():
            self.complete.set_result(None)

    def close(self) -> None:
        """No more to hear."""
        self._transport.close()


class Punctual(Generator):
    """Sends each when it is due: a journey takes a few milliseconds, to which the timers of the loop would add one."""

    async def open(self) -> None:
        """With an alarm."""
        await super().open()
        self._alarm = Alarm(self._send)

    def close(self) -> None:
        """Nothing is sent any more."""
        self._alarm.close()

    def _wait(self, wait_s: float) -> None:
        self._alarm.set(wait_s)


async def travel(journey: Journey) -> None:
    """Say when all is open, go when told to, say when the last is heard: processor time is read at these words."""
    loop = asyncio.get_running_loop()
    generator = Punctual(journey)
    await generator.open()
    _, ear = await loop.create_connection(lambda: Ear(journey), HOST, journey.live_port)
    await asyncio.wait_for(ear.ready, journey.answer_s_max)
    print(READY, flush=True)
    await asyncio.to_thread(sys.stdin.readline)
    began_s = time.monotonic()
    await generator.run()
    told = generator.told()
    answered = set(generator.due_s) - set(told.refused)
    try:
        async with asyncio.timeout(journey.answer_s_max):
            await ear.until(len(answered))
    except TimeoutError:
        pass  # what was not heard counts as lost
    print(OVER, flush=True)
    heard = {serial: at_s for serial, at_s in ear.heard_s.items() if serial in answered}
    took = (round((at_s - generator.due_s[serial]) * 1_000_000) for serial, at_s in heard.items())
    whole = Told(
        count=journey.count,
        took_s=max(heard.values(), default=began_s) - began_s,
        refused=sorted(set(generator.due_s) - heard.keys()),
        codes=told.codes,
        latency=Histogram.of(took).as_json(),
        lag=told.lag,
    )
    ear.complete.cancel()
    ear.close()
    generator.close()
    print(whole.model_dump_json(), flush=True)
    await asyncio.to_thread(sys.stdin.readline)  # its processor time is still to be read: whoever has asked ends it


if __name__ == "__main__":
    import uvloop

    uvloop.run(travel(Journey.model_validate_json(sys.stdin.readline())))
