"""Where the crowd of a number comes in: as many together as have come, and none before another that has to wait."""

import asyncio
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, field

from services.sender.books import Arrival, Books
from services.sender.scripts import EACH_MAX
from shared.contract.commands import SendMessage
from shared.contract.ids import NumberId, WorkspaceId
from shared.redis import is_outage

LOOK_S = 0.25  # how soon it is noticed that those asked for before have been seen,
LOOK_S_MIN = 0.01  # and at first, because as a rule they are just coming
# So many come in together, twice as fast as they can leave: thousands that came in at once would hold up the first.
COMING = 2
PAUSE_S_MAX = 0.05
OVERTAKEN_S_MAX = 60.0  # what was asked for before a crowd and has not come by then is taken for lost

Ids = tuple[WorkspaceId, NumberId]


@dataclass(slots=True)
class _Row:
    """Those of one number, in the order in which they came; no more than are in hand."""

    waiting: deque[tuple[SendMessage, "asyncio.Future[Arrival]"]] = field(default_factory=deque)
    admitting: "asyncio.Task[None] | None" = None


class Entrance:
    """One row for each number that has a crowd."""

    def __init__(self, books: Books, stopping: asyncio.Event, per_s: float) -> None:
        self._books = books
        self._pause_s = min(PAUSE_S_MAX, EACH_MAX / (COMING * per_s))
        self._stopping = stopping
        self._rows: dict[Ids, _Row] = {}

    async def arrival(self, command: SendMessage) -> Arrival:
        """How things stand once all those have been seen that were asked for before."""
        ids = (command.workspace_id, command.number_id)
        row = self._rows.setdefault(ids, _Row())
        answer: asyncio.Future[Arrival] = asyncio.get_running_loop().create_future()
        row.waiting.append((command, answer))
        if row.admitting is None:
            row.admitting = asyncio.create_task(self._admit(ids, row))
        return await answer

    async def _admit(self, ids: Ids, row: _Row) -> None:
        try:
            while row.waiting:
                await self._admit_some(row)
                await self._left_within(self._pause_s)
        except Exception as error:
            for _, answer in row.waiting:
                if not answer.done():  # an error of its own for each
                    answer.set_exception(
                        ConnectionError(*error.args) if is_outage(error) else RuntimeError(*error.args)
                    )
        finally:
            del self._rows[ids]

    async def _admit_some(self, row: _Row) -> None:
        """Let in whoever may; the first of those that may not has a minute."""
        loop = asyncio.get_running_loop()
        until_s, is_late, look_s = loop.time() + OVERTAKEN_S_MAX, False, LOOK_S_MIN
        while True:
            together = list(row.waiting)[: 1 if is_late else EACH_MAX]
            arrivals = await self._books.arrive_in_crowd([command for command, _ in together], is_late=is_late)
            admitted = [arrival for arrival in arrivals if arrival is not None]
            for arrival in admitted:
                _, answer = row.waiting.popleft()
                if not answer.done():
                    answer.set_result(arrival)
            if admitted:
                return
            await self._left_within(look_s)
            look_s = min(2 * look_s, LOOK_S)
            is_late = self._stopping.is_set() or loop.time() > until_s

    async def _left_within(self, for_s: float) -> None:
        """Wait so long, unless the process is to stop."""
        with suppress(TimeoutError):
            async with asyncio.timeout(for_s):
                await self._stopping.wait()
