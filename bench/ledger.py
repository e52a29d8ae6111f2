"""Who was answered against what is stored: an answer without its message counts as a lie, and fails the stage."""

import asyncio
from collections import Counter
from collections.abc import Iterable, Set
from dataclasses import dataclass, field

import aiormq
from aiormq.abc import DeliveredMessage

from bench.webhooks import serials

ARRIVE_S_MAX = 30.0


class LedgerError(Exception):
    """What was counted did not happen; there is no result."""


@dataclass(slots=True)
class Ledger:
    """Of one side, through all its rounds."""

    done: str = "answered"  # what it is that is counted
    answered: int = 0
    repeated: int = 0
    asked_to: int = 0  # serials below this one have been asked
    _seen: set[int] = field(default_factory=set)

    def settle(self, answered: Set[int], stored: Iterable[int], asked_to: int) -> None:
        """Add a round; raises LedgerError."""
        self.asked_to = max(self.asked_to, asked_to)
        for serial, times in Counter(stored).items():
            if serial >= self.asked_to:
                raise LedgerError(f"{serial} is stored and was never asked")
            self.repeated += times - 1 + (serial in self._seen)
            self._seen.add(serial)
        if lost := answered - self._seen:
            raise LedgerError(f"{len(lost)} of {len(answered)} were answered 200 and are not stored")
        self.answered += len(answered)

    def __str__(self) -> str:
        return f"{self.answered} {self.done} and all of them stored, {self.repeated} stored again"


async def stored(amqp_url: str, queue: str, wanted: Set[int]) -> list[int]:
    """The serials in a queue, which is empty then; waits for those that must be there, within reason."""
    connection = await aiormq.connect(amqp_url)
    try:
        channel = await connection.channel()
        found: list[int] = []
        missing = set(wanted)
        complete = asyncio.Event()

        async def take(message: DeliveredMessage) -> None:
            named = list(serials(message.body))
            found.extend(named)
            missing.difference_update(named)
            if not missing:
                complete.set()

        await channel.basic_consume(queue, take, no_ack=True)
        try:
            async with asyncio.timeout(ARRIVE_S_MAX):
                if missing:
                    await complete.wait()
                while (await channel.queue_declare(queue, passive=True)).message_count:  # noqa: ASYNC110 (a queue cannot say when)
                    await asyncio.sleep(0.01)
        except TimeoutError:
            pass  # the ledger says what is missing
        return found
    finally:
        await connection.close()
