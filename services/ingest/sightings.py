"""That webhooks come, told to the registry: once a minute for each workspace, and at once when first unsigned."""

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import structlog

from shared.contract.ids import WorkspaceId
from shared.redis import is_outage

log = structlog.get_logger(__name__)

EVERY_MS = 60_000  # often enough for a page that shows minutes
WORKSPACES_MAX = 10_000  # of one process; the one seen longest ago is forgotten
CLOSE_S_MAX = 2.0


class Notes(Protocol):
    """The registry's side of it."""

    async def note_webhook(self, workspace_id: WorkspaceId, at_ms: int, unsigned: int) -> None:
        """Webhooks have come, the latest of them then."""


@dataclass(slots=True)
class _Sighting:
    """What is known of one workspace since it was told last."""

    told_ms: int = 0
    seen_ms: int = 0
    unsigned: int = 0
    had_unsigned: bool = False
    timer: asyncio.TimerHandle | None = None


class Sightings:
    """Nobody waits for these, and a store that is away loses none: they are told with the next."""

    def __init__(self, registry: Notes, now_ms: Callable[[], int], every_ms: int = EVERY_MS) -> None:
        self._registry = registry
        self._now_ms = now_ms
        self._every_ms = every_ms
        self._seen: OrderedDict[WorkspaceId, _Sighting] = OrderedDict()
        self._telling: set[asyncio.Task[None]] = set()

    def saw(self, workspace_id: WorkspaceId, *, unsigned: int) -> None:
        """Webhooks were taken in; in so many a connected number has no app secret to check them with."""
        sighting = self._of(workspace_id)
        sighting.seen_ms = self._now_ms()
        sighting.unsigned += unsigned
        is_first_unsigned = unsigned > 0 and not sighting.had_unsigned
        sighting.had_unsigned |= unsigned > 0
        wait_ms = 0 if is_first_unsigned else sighting.told_ms + self._every_ms - sighting.seen_ms
        if wait_ms <= 0:
            self._tell(workspace_id, sighting)
        elif sighting.timer is None:
            loop = asyncio.get_running_loop()
            sighting.timer = loop.call_later(wait_ms / 1000, self._tell, workspace_id, sighting)

    async def close(self) -> None:
        """Tell what is left."""
        for workspace_id, sighting in self._seen.items():
            if sighting.timer is not None:
                self._tell(workspace_id, sighting)
        if self._telling:
            _, late = await asyncio.wait(self._telling, timeout=CLOSE_S_MAX)
            for telling in late:
                telling.cancel()

    def _of(self, workspace_id: WorkspaceId) -> _Sighting:
        sighting = self._seen.get(workspace_id)
        if sighting is None:
            sighting = self._seen[workspace_id] = _Sighting()
            if len(self._seen) > WORKSPACES_MAX:
                _, oldest = self._seen.popitem(last=False)
                if oldest.timer is not None:
                    oldest.timer.cancel()
        self._seen.move_to_end(workspace_id)
        return sighting

    def _tell(self, workspace_id: WorkspaceId, sighting: _Sighting) -> None:
        if sighting.timer is not None:
            sighting.timer.cancel()
            sighting.timer = None
        sighting.told_ms = self._now_ms()
        telling = asyncio.get_running_loop().create_task(self._note(workspace_id, sighting))
        self._telling.add(telling)
        telling.add_done_callback(self._telling.discard)

    async def _note(self, workspace_id: WorkspaceId, sighting: _Sighting) -> None:
        unsigned, sighting.unsigned = sighting.unsigned, 0
        try:
            await self._registry.note_webhook(workspace_id, sighting.seen_ms, unsigned)
        except Exception as error:
            sighting.unsigned += unsigned
            if not is_outage(error):
                raise
            log.warning("sighting.not_noted", reason=type(error).__name__)
