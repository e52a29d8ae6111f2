"""`python -m bench.meta_end OUTSIDE`: Graph answers sends, three statuses follow each, and customers write."""

import asyncio
import os
import sys
import time
from collections import deque
from collections.abc import Iterator
from contextlib import suppress
from urllib.parse import parse_qs, urlsplit

import orjson
from pydantic import BaseModel, ConfigDict

from bench.arrivals import due_s
from bench.generator import HOST, TICK_S
from bench.graph_end import NICER, Book, GraphEnd, accepted
from bench.posting import Posting
from bench.webhooks import signed, status, written

# After Graph's answer; a customer is seldom so quick, which only makes more of the load fall into the time measured.
STATUSES_S = {"sent": 0.1, "delivered": 0.3, "read": 0.8}
# Serials of customers' messages are beyond those of any send.
WRITTEN_FIRST = 1 << 40


class Outside(BaseModel):
    """Where it answers, and where webhooks go."""

    model_config = ConfigDict(frozen=True)

    port: int
    webhook_port: int
    webhook_path: str
    customers: int
    connections: int


class World(Book):
    """What Graph has received, and what follows from it."""

    def __init__(self, outside: Outside, posting: Posting) -> None:
        super().__init__()
        self._outside = outside
        self._posting = posting
        self._statuses: dict[str, deque[tuple[float, int]]] = {state: deque() for state in STATUSES_S}
        self._coming: Iterator[tuple[float, int]] = iter(())
        self._next: tuple[float, int] | None = None
        self.due_us: dict[int, int] = {}  # when a customer wrote

    def take(self, serial: int, number: str, transport: asyncio.Transport) -> None:
        """Received: answered a little later, and told of three times."""
        self.received.append((serial, number, time.monotonic_ns() // 1000))
        self.answer_later(transport, accepted(serial, serial % self._outside.customers))
        now_s = time.monotonic()
        for state, after_s in STATUSES_S.items():
            self._statuses[state].append((now_s + after_s, serial))

    def asked(self, head: bytes) -> bytes:
        """`/begin` lets customers write, `/stop` silences them; `/count` and `/take` tell."""
        url = urlsplit(head.split(b" ", 2)[1].decode())
        match url.path:
            case "/begin":
                told = {name: float(values[0]) for name, values in parse_qs(url.query).items()}
                first, count, began_s = WRITTEN_FIRST + int(told["first"]), int(told["count"]), time.monotonic()
                times = due_s(count, told["per_s"], int(told["seed"]))
                self._coming = ((began_s + at_s, first + place) for place, at_s in enumerate(times))
                self._next = next(self._coming, None)
                return b"{}"
            case "/stop":
                self._next = None
                return b"{}"
            case "/take":
                told_all = {"received": self.received, "refused": self.refused, "written": list(self.due_us.items())}
                self.received, self.refused, self.due_us = [], 0, {}
                return orjson.dumps(told_all)
        return orjson.dumps(
            {
                "received": len(self.received),
                "written": len(self.due_us),
                "asked": self._posting.asked,
                "answered": self._posting.answered,
                "again": self._posting.again,
                "later": sum(len(due) for due in self._statuses.values()),
                "lines": self._posting.lines,
            }
        )

    async def run(self) -> None:
        """For ever: whatever is due."""
        while True:
            now_s = time.monotonic()
            for state, waiting in self._statuses.items():
                while waiting and waiting[0][0] <= now_s:
                    serial = waiting.popleft()[1]
                    self._post(status(serial, state, serial % self._outside.customers, int(time.time())))
            while self._next is not None and self._next[0] <= now_s:
                at_s, serial = self._next
                self.due_us[serial] = round(at_s * 1_000_000)
                self._post(written(serial, serial % self._outside.customers, int(time.time())))
                self._next = next(self._coming, None)
            await asyncio.sleep(TICK_S)

    def _post(self, content: bytes) -> None:
        host = f"{HOST}:{self._outside.webhook_port}"
        self._posting.post(signed(content, host, self._outside.webhook_path))


async def main(outside: Outside) -> None:
    """For ever."""
    posting = Posting(outside.webhook_port, outside.connections)
    await posting.open()
    world = World(outside, posting)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: GraphEnd(world), HOST, outside.port, backlog=4096)
    async with server:
        await world.run()


if __name__ == "__main__":
    import uvloop

    with suppress(OSError):
        os.nice(NICER)
    uvloop.run(main(Outside.model_validate_json(sys.argv[1])))
