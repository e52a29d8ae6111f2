"""What happens to a send that cannot go because of its number: it is parked, and the number says why."""

from collections.abc import Callable

import structlog

from services.sender import metrics, reports
from services.sender.books import Books
from services.sender.endings import Endings
from services.sender.schedule import EXPIRES_AFTER_MS
from shared.broker import Retry
from shared.contract.commands import SendMessage
from shared.contract.errors import GraphError
from shared.registry import NumberRecord

log = structlog.get_logger(__name__)

CHANGED_S = 1.0  # by then no process remembers the old credentials
FULL_S = 1024.0  # so many are parked already that this one waits in the broker


def sendable(record: NumberRecord | None) -> bool:
    """Whether anything can be sent for the number as its settings stand."""
    return record is not None and record.takes_events and record.access_token is not None


class Refusal:
    """Parks sends."""

    def __init__(self, books: Books, endings: Endings, now_ms: Callable[[], int]) -> None:
        self._books = books
        self._endings = endings
        self._now_ms = now_ms

    async def by_graph(self, command: SendMessage, raw: bytes, version: int, error: GraphError) -> None:
        """Graph has just refused these credentials."""
        ids = (command.workspace_id, command.number_id)
        if await self._books.parking.current_version(*ids) == version:
            # Before it is parked: whatever is parked is parked for a reason that people can see.
            await self._endings.publish(reports.refused(*ids, version, error, self._now_ms()))
        await self.park(command, raw, version, refused=True)

    async def park(self, command: SendMessage, raw: bytes, version: int, *, refused: bool) -> None:
        """Put the command aside while these credentials are in force; it keeps its place in its lane."""
        ids = (command.workspace_id, command.number_id)
        parked = await self._books.parking.park(*ids, version, command.at_ms, raw, refused=refused)
        if parked == "changed":
            raise Retry(CHANGED_S)
        if parked == "erased":  # with its number: nobody is told what became of it
            return await self._books.lanes.leave(command)
        await self._books.lanes.touch(command, EXPIRES_AFTER_MS / 1000)
        if parked == "full":
            raise Retry(FULL_S)
        metrics.PARKED.inc()
        log.info("send.parked", workspace_id=ids[0], number_id=ids[1], message_id=command.message_id, refused=refused)
