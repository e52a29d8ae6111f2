"""Acknowledgements of one channel: those of one turn of the loop in one write, and one word for all without a gap."""

import asyncio
from collections.abc import Sequence
from typing import cast

from aiormq import spec
from aiormq.abc import AbstractChannel, ChannelFrame
from aiormq.channel import Channel

from shared.broker.source import SourceOver


class Tags:
    """Which deliveries are settled: their tags count from 1, and "all up to this one" is one word to the broker."""

    def __init__(self) -> None:
        self._settled_to = 0  # all up to here are settled,
        self._settled: set[int] = set()  # and these beyond it, no more than are prefetched

    def told(self, tags: Sequence[int]) -> list[tuple[int, bool]]:
        """What is to be said of these, each once: a tag, and whether it stands for all before it."""
        self._settled.update(tags)
        while self._settled_to + 1 in self._settled:
            self._settled_to += 1
            self._settled.discard(self._settled_to)
        alone = [(tag, False) for tag in tags if tag > self._settled_to]
        # Named by one of these: the broker ends a channel that names a tag twice.
        covered = [tag for tag in tags if tag <= self._settled_to]
        return [*alone, (max(covered), len(covered) > 1)] if covered else alone


class Acks:
    """Told to the broker, with whoever waits until that has left."""

    def __init__(self, channel: AbstractChannel) -> None:
        self._channel = cast("Channel", channel)
        self._tags = Tags()
        self._gathered: list[int] = []
        self._waiting: list[asyncio.Future[None]] = []
        self._telling: asyncio.Task[None] | None = None

    async def add(self, tags: Sequence[int]) -> None:
        """Return when they are on their way; raise SourceOver when the channel is gone."""
        told: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._gathered.extend(tags)
        self._waiting.append(told)
        if self._telling is None:
            self._telling = asyncio.create_task(self._tell())
        await told

    async def _tell(self) -> None:
        while self._waiting:
            tags, waiting = self._gathered, self._waiting
            self._gathered, self._waiting = [], []
            try:
                await self._write(self._tags.told(tags))
            except BaseException as error:
                for each in waiting:
                    if not each.done():
                        each.set_exception(SourceOver())
                if not isinstance(error, Exception):
                    self._telling = None
                    raise
            else:
                for each in waiting:
                    if not each.done():
                        each.set_result(None)
        self._telling = None

    async def _write(self, told: Sequence[tuple[int, bool]]) -> None:
        channel = self._channel
        if channel.is_closed:
            raise SourceOver
        frames = [spec.Basic.Ack(delivery_tag=tag, multiple=multiple) for tag, multiple in told]
        written = channel.create_future()
        await channel.write_queue.put(ChannelFrame.marshall(int(channel.number), frames, written))
        await written
