"""What webhooks prove of the numbers in them, told to the evidence book: at once when it is new, and then seldom."""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

import structlog

from shared.contract.evidence import Kind, Seen
from shared.contract.ids import NumberId, WorkspaceId
from shared.redis import is_outage

log = structlog.get_logger(__name__)

EVERY_MS = 60_000  # while nothing changes; a page shows minutes
CHANGED_MS = 1_000  # when signed and refused ones alternate, as with two apps behind one callback
NUMBERS_MAX = 10_000  # of one process; the one seen longest ago is forgotten
TELLING_MAX = 1_000  # notes on their way; a store that hangs must not gather them
CLOSE_S_MAX = 2.0


class Book(Protocol):
    """The evidence book's side of it."""

    async def note(
        self, workspace_id: WorkspaceId, number_id: NumberId, seen: Seen, at_ms: int, account_id: str | None = None
    ) -> None:
        """One more webhook about the number."""


@dataclass(slots=True)
class _Told:
    """What was told last of one number."""

    latest: tuple[Seen, str | None] | None = None
    at_ms: dict[Kind, int] = field(default_factory=dict)


class Witness:
    """Nobody waits for these; what a store that is away misses is told with the next webhook."""

    def __init__(self, book: Book, now_ms: Callable[[], int]) -> None:
        self._book = book
        self._now_ms = now_ms
        self._told: OrderedDict[tuple[WorkspaceId, NumberId], _Told] = OrderedDict()
        self._telling: set[asyncio.Task[None]] = set()

    def saw(
        self, workspace_id: WorkspaceId, seen: Mapping[NumberId, Seen], accounts: Mapping[NumberId, str] | None = None
    ) -> None:
        """A webhook about these connected numbers came; `accounts` only of one that was believed."""
        at_ms = self._now_ms()
        for number_id, one in seen.items():
            account_id = (accounts or {}).get(number_id)
            told = self._of(workspace_id, number_id)
            if told.latest is not None and told.latest[0].secret_ms != one.secret_ms:
                told.at_ms.clear()  # under another app secret everything is new
            wait_ms = EVERY_MS if told.latest == (one, account_id) else CHANGED_MS
            if at_ms - told.at_ms.get(one.kind, -EVERY_MS) < wait_ms or len(self._telling) >= TELLING_MAX:
                continue
            told.latest = (one, account_id)
            told.at_ms[one.kind] = at_ms
            self._tell(workspace_id, number_id, one, at_ms, account_id)

    async def close(self) -> None:
        """Let what is being told arrive."""
        if self._telling:
            _, late = await asyncio.wait(self._telling, timeout=CLOSE_S_MAX)
            for telling in late:
                telling.cancel()

    def _of(self, workspace_id: WorkspaceId, number_id: NumberId) -> _Told:
        name = (workspace_id, number_id)
        told = self._told.get(name)
        if told is None:
            told = self._told[name] = _Told()
            if len(self._told) > NUMBERS_MAX:
                self._told.popitem(last=False)
        self._told.move_to_end(name)
        return told

    def _tell(
        self, workspace_id: WorkspaceId, number_id: NumberId, seen: Seen, at_ms: int, account_id: str | None
    ) -> None:
        telling = asyncio.get_running_loop().create_task(self._note(workspace_id, number_id, seen, at_ms, account_id))
        self._telling.add(telling)
        telling.add_done_callback(self._telling.discard)

    async def _note(
        self, workspace_id: WorkspaceId, number_id: NumberId, seen: Seen, at_ms: int, account_id: str | None
    ) -> None:
        try:
            await self._book.note(workspace_id, number_id, seen, at_ms, account_id)
        except Exception as error:
            self._told.pop((workspace_id, number_id), None)
            if not is_outage(error):
                raise
            log.warning("evidence.not_noted", reason=type(error).__name__)
