"""A steady stream of customers who write, for load tests."""

import asyncio
import time
from dataclasses import asdict, dataclass
from typing import Any

from simulator.chance import Chance
from simulator.customer import Customer
from simulator.identifiers import bsuid
from simulator.number import Number
from simulator.pen import Pen
from simulator.world import World

TICK_S = 0.02
STREAMS_MAX = 20


@dataclass(slots=True)
class Stream:
    """One stream: `per_s` messages for `for_s` seconds from `customers` people to these numbers in turn."""

    id: int
    per_s: float
    for_s: float
    customers: int
    written: int = 0
    done: bool = False


class Traffic:
    """Runs streams; their customers are made once and reused."""

    def __init__(self, world: World, pen: Pen, chance: Chance) -> None:
        self._world = world
        self._pen = pen
        self._chance = chance
        self._streams: dict[int, tuple[Stream, asyncio.Task[None]]] = {}

    def start(self, per_s: float, for_s: float, customers: int, numbers: list[Number], text: str = "") -> Stream:
        """Begin a stream."""
        if sum(not stream.done for stream, _ in self._streams.values()) >= STREAMS_MAX:
            raise ValueError(f"no more than {STREAMS_MAX} streams at once")
        if len(self._streams) >= 10 * STREAMS_MAX:
            self._streams = {k: v for k, v in self._streams.items() if not v[0].done}
        stream = Stream(max(self._streams, default=0) + 1, per_s, for_s, customers)
        flowing = asyncio.get_running_loop().create_task(self._flow(stream, self.crowd(customers), numbers, text))
        self._streams[stream.id] = (stream, flowing)
        return stream

    def all(self) -> list[dict[str, Any]]:
        """Every stream and how far it is."""
        return [asdict(stream) for stream, _ in self._streams.values()]

    async def stop_all(self) -> None:
        """End all streams."""
        streams, self._streams = list(self._streams.values()), {}
        for _, flowing in streams:
            flowing.cancel()
        await asyncio.gather(*(flowing for _, flowing in streams), return_exceptions=True)

    def crowd(self, customers: int) -> list[Customer]:
        """This many people, the same ones each time."""
        people = []
        for place in range(min(customers, self._world.customers_max)):
            phone = f"4479{place:08d}"
            found = self._world.find(phone)
            if found is None:
                ids = self._chance.ids
                found = self._world.add_customer(
                    Customer(id=f"crowd-{place}", name=f"Customer {place}", phone=phone, bsuid=bsuid("GB", ids))
                )
            people.append(found)
        return people

    async def _flow(self, stream: Stream, people: list[Customer], numbers: list[Number], text: str) -> None:
        began = time.monotonic()
        total = int(stream.per_s * stream.for_s)
        while stream.written < total:
            due = min(total, int((time.monotonic() - began) * stream.per_s) + 1)
            while stream.written < due:
                place = stream.written
                stream.written += 1
                customer = people[place % len(people)]
                body = {"body": text or f"Message {place} of stream {stream.id}"}
                self._pen.write(customer, numbers[place % len(numbers)], {"type": "text", "text": body})
            await asyncio.sleep(TICK_S)
        stream.done = True
