"""Frames of a channel become deliveries, or go on to the channel."""

import asyncio
from typing import Any

from aiormq import spec
from pamqp.body import ContentBody
from pamqp.header import ContentHeader

from shared.broker.amqp.arrivals import Arrivals


class Reader:
    """A channel's queue behind the arrivals, and what has arrived."""

    def __init__(self) -> None:
        self.behind: asyncio.Queue[Any] = asyncio.Queue()
        self.arrived: list[tuple[int | None, bytes]] = []
        self.arrivals = Arrivals(self.behind, lambda deliver, _, body: self._keep(deliver, body))

    def _keep(self, deliver: spec.Basic.Deliver, body: bytes) -> None:
        self.arrived.append((deliver.delivery_tag, body))

    async def reads(self, *frames: Any) -> None:
        """In this order."""
        for frame in frames:
            await self.arrivals.put((0, frame))


def deliver(tag: int) -> spec.Basic.Deliver:
    """The first frame of a delivery."""
    return spec.Basic.Deliver(consumer_tag="c", delivery_tag=tag, exchange="e", routing_key="r")


async def test_a_delivery_is_put_together_from_all_its_frames() -> None:
    """A body of several frames is one body, and one without any is empty."""
    reader = Reader()
    await reader.reads(deliver(1), ContentHeader(body_size=5), ContentBody(b"abc"))
    assert [] == reader.arrived
    await reader.reads(ContentBody(b"de"), deliver(2), ContentHeader(body_size=0))
    await reader.reads(deliver(3), ContentHeader(body_size=1), ContentBody(b"f"))
    assert ([(1, b"abcde"), (2, b""), (3, b"f")], 0) == (reader.arrived, reader.behind.qsize())


async def test_what_is_no_delivery_goes_on_to_the_channel() -> None:
    """In its order, with the content that belongs to it."""
    reader, others = Reader(), [spec.Basic.QosOk(), spec.Basic.Return(), ContentHeader(body_size=1), ContentBody(b"x")]
    await reader.reads(*others[:1], deliver(1), ContentHeader(body_size=1), ContentBody(b"a"), *others[1:])
    left = [(await reader.arrivals.get())[1] for _ in range(reader.behind.qsize())]
    assert (others, [(1, b"a")]) == (left, reader.arrived)


async def test_half_a_delivery_is_none() -> None:
    """The channel ends in the middle of one: it hears of the end, and nothing has arrived."""
    reader, end = Reader(), spec.Channel.Close(reply_code=541, reply_text="")
    late = ContentBody(b"b")
    await reader.reads(deliver(1), ContentHeader(body_size=2), ContentBody(b"a"), end, late)
    left = [(await reader.arrivals.get())[1] for _ in range(reader.behind.qsize())]
    assert ([], [end, late]) == (reader.arrived, left)
