"""Several lines in one delivery, for who takes one at a time: each is settled alone, the delivery when all are."""

from collections.abc import Sequence
from dataclasses import replace

from shared.broker.door import Headers, Poison
from shared.broker.source import Source, Taken


class Bundle:
    """The lines of one delivery in hand. What has been settled of it comes again with the rest after a crash."""

    def __init__(self, source: Source, whole: Taken) -> None:
        self._source = source
        self._whole = whole
        lines = whole.delivery.body.split(b"\n")
        self.lines = [Taken(replace(whole.delivery, body=line), place) for place, line in enumerate(lines)]
        self._unsettled = set(range(len(lines)))
        self.over = source.over

    async def acknowledge(self, taken: Sequence[Taken]) -> None:
        """Done with these lines; with the delivery when no other is left."""
        self._unsettled.difference_update(one.receipt for one in taken if isinstance(one.receipt, int))
        if not self._unsettled:
            await self._source.acknowledge([self._whole])

    async def wait(self, taken: Taken, after_s: float, headers: Headers) -> None:
        """This line alone comes later."""
        await self._source.wait_alone(taken.delivery, after_s, headers)
        await self.acknowledge([taken])

    async def bury(self, taken: Taken, reason: str) -> None:
        """This line alone becomes a dead letter."""
        await self._source.bury_lines([Poison(taken.delivery.body, reason)])
        await self.acknowledge([taken])


def is_bundle(taken: Taken) -> bool:
    """Whether it holds more than one line: JSON has none of its own."""
    return b"\n" in taken.delivery.body
