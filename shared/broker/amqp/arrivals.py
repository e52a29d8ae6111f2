"""Deliveries of one channel, put together as their frames come: no task, and no wake-up, for each."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from aiormq import spec
from aiormq.abc import AbstractChannel
from pamqp.body import ContentBody
from pamqp.header import ContentHeader

Arrived = Callable[[spec.Basic.Deliver, ContentHeader, bytes], None]


@dataclass(slots=True)
class _Half:
    """A delivery that has begun: its header and its body follow, with nothing of the channel between."""

    deliver: spec.Basic.Deliver
    header: ContentHeader | None = None
    pieces: list[bytes] = field(default_factory=list)
    missing: int = 0


class Arrivals(asyncio.Queue[Any]):
    """Stands where aiormq puts the frames of a channel, and leaves it all that are not of a delivery.

    By itself aiormq takes each of the three frames out of a queue, and hands each delivery to a task of its own.
    """

    def __init__(self, behind: "asyncio.Queue[Any]", arrived: Arrived) -> None:
        super().__init__()
        self._behind = behind
        self._arrived = arrived
        self._half: _Half | None = None

    @classmethod
    def before(cls, channel: AbstractChannel, arrived: Arrived) -> None:
        """From now on: nothing may be consumed on the channel yet."""
        channel.frames = cls(channel.frames, arrived)

    async def put(self, weighed: tuple[int, Any]) -> None:
        """A frame has come; what is said of a delivery must not raise, or the connection would end."""
        if not self._is_taken(weighed[1]):
            await self._behind.put(weighed)

    async def get(self) -> Any:
        """What is left for the channel."""
        return await self._behind.get()

    def task_done(self) -> None:
        """It has been seen to."""
        self._behind.task_done()

    def _is_taken(self, frame: Any) -> bool:
        if isinstance(frame, spec.Basic.Deliver):
            self._half = _Half(frame)
            return True
        half = self._half
        if half is None:
            return False
        if isinstance(frame, ContentBody) and half.header is not None:
            half.pieces.append(frame.value)
            half.missing -= len(frame.value)
        elif isinstance(frame, ContentHeader):
            half.header, half.missing = frame, frame.body_size
        else:
            self._half = None  # the rest will not come: the channel is closing
            return False
        if half.missing <= 0:
            self._half = None
            self._arrived(half.deliver, half.header, b"".join(half.pieces))
        return True
