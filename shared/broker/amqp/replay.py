"""One reading of a stream: bounded by its prefetch, in order, from an offset on."""

import asyncio
from collections import deque
from collections.abc import Sequence

from aio_pika.abc import AbstractChannel, AbstractIncomingMessage

from shared.broker.archive import Archived
from shared.broker.door import BrokerUnavailable

PREFETCH = 32  # a body may be a batch of 1 MiB, and these are in memory at once
SILENCE_S_MAX = 30.0  # a stream that is being read to a known end has no reason to be silent
BOOKMARK = "bookmark"  # the header of a message that says where the end was; its body is empty

_OFFSET = "x-stream-offset"


class StreamReplay:
    """Acknowledges what was taken when the next is asked for; a stream keeps it all the same."""

    def __init__(self, channel: AbstractChannel, name: str, begin: int | str) -> None:
        self._channel = channel
        self._name = name
        self._begin = begin
        self._arrived: deque[tuple[Archived, str | None, AbstractIncomingMessage]] = deque()
        self._taken: AbstractIncomingMessage | None = None
        self._news = asyncio.Event()
        self._over = False

    async def begin(self) -> None:
        """Subscribe."""
        self._channel.close_callbacks.add(self._on_lost)
        underlay = await self._channel.get_underlay_channel()
        underlay.on_consumer_cancel_callbacks.add(self._on_lost)
        await self._channel.set_qos(prefetch_count=PREFETCH)
        stream = await self._channel.get_queue(self._name, ensure=False)
        await stream.consume(self._on_arrived, arguments={_OFFSET: self._begin})

    async def take(self) -> Sequence[Archived]:
        """The next bodies, in order and at least one; BrokerUnavailable when none come."""
        await self._done()
        found = await self.arrived()
        self._taken = self._arrived[-1][2]
        self._arrived.clear()
        return found

    async def arrived(self) -> Sequence[Archived]:
        """What has arrived and not been taken, at least one."""
        try:
            async with asyncio.timeout(SILENCE_S_MAX):
                while not self._arrived and not self._over:
                    self._news.clear()
                    await self._news.wait()
        except TimeoutError:
            raise BrokerUnavailable("the archive is silent") from None
        if not self._arrived:
            raise BrokerUnavailable("the reading was lost")
        return [archived for archived, _, _ in self._arrived]

    async def offset_of(self, bookmark: str) -> int:
        """Where this bookmark is, which is known to be ahead."""
        while True:
            await self.arrived()
            while self._arrived:
                archived, name, self._taken = self._arrived.popleft()
                if name == bookmark:
                    return archived.offset
            await self._done()

    async def _done(self) -> None:
        taken, self._taken = self._taken, None
        if taken is not None:
            try:
                await taken.ack(multiple=True)
            except Exception as error:
                raise BrokerUnavailable(type(error).__name__) from error

    async def _on_arrived(self, message: AbstractIncomingMessage) -> None:
        offset, name = message.headers.get(_OFFSET), message.headers.get(BOOKMARK)
        assert isinstance(offset, int)
        if isinstance(self._begin, int) and offset < self._begin:
            await message.ack()  # the rest of the chunk in which the reading begins
            return
        self._arrived.append((Archived(offset, message.body), str(name) if name else None, message))
        self._news.set()

    def _on_lost(self, *_: object) -> None:
        self._over = True
        self._news.set()
