"""`python -m bench.generator`: the load, in a process of its own; told by one line of JSON, it tells one line.

Its clock is not that of the loop, which counts whole milliseconds in uvloop.
"""

import asyncio
import sys
import time
from bisect import bisect_right
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from typing import cast

from bench.answer import taken
from bench.arrivals import due_s
from bench.histogram import Histogram
from bench.load import OVER, READY, Load, Told
from bench.webhooks import reading, request, several, signed

HOST = "127.0.0.1"
# The timers of the loop count milliseconds, and a shorter wait would be spent spinning on a core that others need. What
# is due meanwhile is sent together and late; that counts against whoever is measured.
TICK_S = 0.001


class Line(asyncio.Protocol):
    """One connection with at most one request on it, as Meta's are."""

    def __init__(self, answered: "Callable[[Line, int, int], None]") -> None:
        self._answered = answered
        self._received = b""
        self.place = -1  # of the request that is on it
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """It is open."""
        self._transport = cast("asyncio.Transport", transport)

    def send(self, place: int, content: bytes) -> None:
        """Ask."""
        assert self._transport is not None
        self.place = place
        self._transport.write(content)

    def data_received(self, data: bytes) -> None:
        """Some of the answer, mostly all of it."""
        self._received += data
        found = taken(self._received)
        if found is not None:
            code, size = found
            self._received = self._received[size:]
            self._answered(self, code, size)

    def connection_lost(self, exc: Exception | None) -> None:
        """Whatever was asked is not answered, and nothing more can be."""
        if self.place >= 0:
            self._answered(self, 0, 0)

    def close(self) -> None:
        """No more to ask."""
        if self._transport is not None:
            self._transport.close()


class Generator:
    """Each request is made before the first is sent; what is not sent when it is due waits, and its wait counts."""

    def __init__(self, load: Load, requests: Sequence[bytes] | None = None, taken: int = 200) -> None:
        self._load = load
        self._taken = taken  # the code that says so
        self._serials = range(load.first, load.first + load.count * load.step, load.step)
        host = f"{HOST}:{load.port}"
        if requests is not None:
            self._requests = list(requests)
        elif load.secrets:
            reads = [reading(host, load.path, secret) for secret in load.secrets]
            self._requests = [reads[(load.first + place) % len(reads)] for place in range(load.count)]
        elif load.updates:
            self._requests = [
                signed(several(serial, load.updates, load.text), host, load.path) for serial in self._serials
            ]
        else:
            self._requests = [request(serial, host, load.path) for serial in self._serials]
        self._due_s: list[float] = list(due_s(load.count, load.per_s, load.seed)) if load.per_s else []
        self._sent_s = [0.0] * load.count
        self._ended_s = [0.0] * load.count
        self._codes = [0] * load.count
        self._sizes = [0] * load.count
        self._left = load.count
        self._last = load.count  # the first that is not asked
        self._good = 0
        self._free: deque[Line] = deque()
        self._next = 0
        self._began_s = 0.0
        self._done = asyncio.Event()

    async def open(self) -> None:
        """All connections, before the clock runs."""
        self._loop = asyncio.get_running_loop()
        for _ in range(self._load.connections):
            _, line = await self._loop.create_connection(lambda: Line(self._answered), HOST, self._load.port)
            self._free.append(line)

    async def run(self) -> None:
        """Everything asked and answered, or given up."""
        lines = list(self._free)
        self._began_s = time.monotonic()
        self._send()
        try:
            await self._answers()
        finally:
            for line in lines:
                line.place = -1
                line.close()

    async def _answers(self) -> None:
        """All of them; but when there is none for so long, what is not answered counts as refused."""
        patience_s = (self._due_s[-1] if self._due_s else 0) + self._load.answer_s_max
        left = -1
        while self._left not in (0, left):
            left = self._left
            with suppress(TimeoutError):
                await asyncio.wait_for(self._done.wait(), patience_s)
            patience_s = self._load.answer_s_max

    def _send(self) -> None:
        """All that is due, on the lines that are free; then again when the next is due."""
        now_s = time.monotonic()
        while self._next < self._last and self._free:
            wait_s = self._began_s + self._due_s[self._next] - now_s if self._due_s else 0.0
            if wait_s > 0:
                self._wait(wait_s)
                return
            place, self._next = self._next, self._next + 1
            self._sent_s[place] = now_s
            self._free.popleft().send(place, self._requests[place])

    def _wait(self, wait_s: float) -> None:
        self._loop.call_later(max(wait_s, TICK_S), self._send)

    def _answered(self, line: Line, code: int, size: int) -> None:
        place, line.place = line.place, -1
        self._ended_s[place] = time.monotonic()
        self._codes[place] = code
        self._sizes[place] = size
        self._good += code == self._taken
        self._left -= 1
        if not self._left:
            self._done.set()
        if code:
            self._free.append(line)
            if not self._due_s or len(self._free) == 1:  # with others free, the next is waited for already
                self._send()

    def stop(self) -> None:
        """What is not asked yet never is."""
        self._left -= self._last - self._next
        self._last = self._next
        if not self._left:
            self._done.set()

    def counts(self) -> tuple[int, int, int]:
        """How many are due by now, how many were taken, how many not."""
        due = bisect_right(self._due_s, time.monotonic() - self._began_s) if self._began_s else 0
        return min(due, self._last), self._good, self._last - self._left - self._good

    @property
    def due_s(self) -> dict[int, float]:
        """When each serial was due, or sent where nothing is due before it can be."""
        due_s = [self._began_s + each for each in self._due_s] or self._sent_s
        return dict(zip(self._serials, due_s, strict=True))

    def told(self) -> Told:
        """What came of it."""
        due_s = [self._began_s + each for each in self._due_s] or self._sent_s
        ended_s = max(self._ended_s)
        return Told(
            count=self._load.count,
            took_s=ended_s - self._began_s,
            refused=[self._serials[place] for place, code in enumerate(self._codes) if code != self._taken],
            codes=dict(Counter(self._codes)),
            sizes=dict(Counter(self._sizes)) if self._load.secrets else {},
            latency=self._histogram(zip(due_s, self._ended_s, strict=True)),
            lag=self._histogram(zip(due_s, self._sent_s, strict=True)),
        )

    def _histogram(self, spans: "Iterator[tuple[float, float]]") -> dict[str, int]:
        told = zip(spans, self._codes, strict=True)
        took = (round((end - begin) * 1_000_000) for (begin, end), code in told if code == self._taken)
        return Histogram.of(took).as_json()


async def generate(generator: Generator) -> None:
    """Say when all is made and open, run when told to, say when it is over: processor time is read at these words."""
    await generator.open()
    print(READY, flush=True)
    await asyncio.to_thread(sys.stdin.readline)
    await generator.run()
    print(OVER, flush=True)
    print(generator.told().model_dump_json(), flush=True)


if __name__ == "__main__":
    import uvloop

    uvloop.run(generate(Generator(Load.model_validate_json(sys.stdin.readline()))))
