"""The one writer of chat state: facts from the broker in batches, state and feed out in one commit."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence
from typing import cast

import structlog

from services.api import metrics, reports, rounds
from services.api.facts import Facts, Line, Owner
from services.api.held import Releases
from services.api.parking import Parking
from services.api.projection import Fact
from services.api.store import ChatStore, ChatStores
from shared import process, topology
from shared.broker import BrokerUnavailable, Delivery, Poison
from shared.contract.events import AccountReported, Event, EventsHeld, NumberChanged, PartUnrecognised, encode
from shared.evidence import EvidenceBook
from shared.http import application, listening
from shared.number_record import NumberRecord
from shared.process import Ground, now_ms
from shared.redis import is_outage
from shared.settings import Settings, load
from shared.vault import VaultError

log = structlog.get_logger(__name__)

DELIVERIES_MAX = 64  # per batch: broker messages of up to 500 events; small, because a lost connection counts them all
NUMBERS_AT_ONCE = 16  # commits in flight; each is one script on one slot


class ProjectorSettings(Settings):
    """What the projector is told at start."""

    port: int = 8083
    tidy_s: float = 600.0  # between looks at what stays parked too long


class Projector:
    """Applies what happened and what was asked to the chat state of each number."""

    def __init__(self, ground: Ground) -> None:
        self._registry = ground.registry
        self._fingerprint = ground.vault.fingerprint
        self._broker = ground.broker
        self._stores = ChatStores(ground.redis)
        self._parking = Parking(ground.redis, ground.broker)
        self._releases = Releases(self._parking, ground.registry, EvidenceBook(ground.redis))
        self._commits = asyncio.Semaphore(NUMBERS_AT_ONCE)

    async def handle(self, deliveries: Sequence[Delivery]) -> list[Poison]:
        """Project a batch; what is no fact, or breaks the projection, comes back as poison."""
        facts = Facts(delivery.body for delivery in deliveries)
        async with asyncio.TaskGroup() as group:
            numbers = [group.create_task(self._number(*pair)) for pair in facts.by_number.items()]
        return [*facts.poison, *(poison for number in numbers for poison in number.result())]

    async def tidy(self) -> None:
        """Let nothing stay parked that is too old, or whose number was connected meanwhile."""
        for workspace_id in await self._parking.workspaces():
            await self._parking.tidy(workspace_id, now_ms())
            for number_id in await self._parking.numbers(workspace_id):
                try:
                    await self._release((workspace_id, number_id))
                except Exception as error:
                    if _passes(error):
                        raise
                    log.error("parking.not_released", exc_info=error)  # this number's trouble is no other's

    async def _number(self, owner: Owner, lines: list[Line]) -> list[Poison]:
        async with self._commits:
            held = [fact for _, fact in lines if isinstance(fact, EventsHeld)]
            poison = await self._project_or_isolate(
                owner, [(line, fact) for line, fact in lines if not isinstance(fact, EventsHeld)]
            )
            try:
                connected_since = await self._releases.parked_or_checked(owner, held, now_ms())
                poison += await self._project_or_isolate(owner, [(None, fact) for fact in connected_since])
                if connected_since or any(isinstance(fact, NumberChanged) for _, fact in lines):
                    await self._release(owner)
            except Exception as error:
                if _passes(error):
                    raise
                poison += [_poison(each, error) for each in lines if isinstance(each[1], EventsHeld | NumberChanged)]
            return poison

    async def _release(self, owner: Owner) -> None:
        """Apply what was parked before the number was connected, oldest first, until nothing is left."""
        async for batch in self._releases.batches(owner, now_ms()):
            for poison in await self._project_or_isolate(owner, [(None, fact) for fact in batch]):
                await self._broker.bury(topology.PROJECTOR.dead, poison.body, poison.reason)

    async def _project_or_isolate(self, owner: Owner, lines: Sequence[Line]) -> list[Poison]:
        """Project; where that fails, look for the culprit by halves: only it is lost to the dead letters."""
        if not lines:
            return []
        try:
            await self._project(owner, [fact for _, fact in lines])
        except Exception as error:
            if _passes(error):
                raise
            if len(lines) == 1:
                return [_poison(lines[0], error)]
            half = len(lines) // 2
            found = await self._project_or_isolate(owner, lines[:half])
            return found + await self._project_or_isolate(owner, lines[half:])
        return []

    async def _project(self, owner: Owner, facts: Sequence[Fact]) -> None:
        store = self._stores.of(*owner)
        await rounds.land(store, owner[1], facts)
        await self._report(store, owner, [fact for fact in facts if isinstance(fact, Event)])
        metrics.FACTS.inc(len(facts))

    async def _report(self, store: ChatStore, owner: Owner, events: list[Event]) -> None:
        """Keep what is about the number itself: how it is doing, its settings in the feed, what nobody could read."""
        kept = [event for event in events if isinstance(event, AccountReported | PartUnrecognised)]
        odd = [reports.member(event) for event in kept if isinstance(event, PartUnrecognised)]
        changed = any(isinstance(event, NumberChanged) for event in events)
        for _ in range(rounds.ROUNDS_MAX):
            stored, unrecognised = await store.status(odd)
            status = reports.status_after(stored, unrecognised, events)
            if status is None and not changed and not kept:
                return
            record = await self._settings(owner)
            write = reports.number_write(store, stored, status, kept, record, changed, self._fingerprint)
            if not (await store.commit([write], now_ms()))[0]:
                continue
            # Settings are written by another process and are no part of this commit: what was announced must not be
            # older than what somebody else announced before it.
            if not write.changes or record == await self._settings(owner):
                return
            changed = True
        raise rounds.NeverLands

    async def _settings(self, owner: Owner) -> NumberRecord | None:
        try:
            return await self._registry.number(*owner, fresh=True)
        except VaultError as error:
            log.error("number.not_told", exc_info=error)  # chat state does not need its credentials
            return None


def _passes(error: Exception) -> bool:
    return is_outage(error) or isinstance(error, BrokerUnavailable)


def _poison(line: Line, error: Exception) -> Poison:
    body, fact = line
    log.error("fact.rejected", kind=fact.__class__.__name__, exc_info=error)
    return Poison(
        body if body is not None else encode(cast("Event", fact)), f"projection failed: {type(error).__name__}"
    )


@contextlib.asynccontextmanager
async def running(ground: Ground, settings: ProjectorSettings) -> AsyncIterator[None]:
    """Project until left; what is in hand is finished."""
    projector = Projector(ground)
    async with asyncio.TaskGroup() as group:
        tidying = group.create_task(_tidying(projector, settings.tidy_s))
        async with ground.broker.consuming_batches(topology.PROJECTOR, projector.handle, deliveries_max=DELIVERIES_MAX):
            yield
        tidying.cancel()


async def _tidying(projector: Projector, every_s: float) -> None:
    while True:
        await asyncio.sleep(every_s)
        try:
            await projector.tidy()
        except Exception as error:
            if not _passes(error):
                raise
            log.warning("parking.not_tidied", reason=type(error).__name__)


async def main() -> None:
    """The projector as a process of its own: only its health is served."""
    settings = load(ProjectorSettings)
    async with process.ground(settings) as ground, running(ground, settings):
        app = application([], ground.health, probes="open")
        async with listening(app, settings.host, settings.port):
            await ground.stopping.wait()


if __name__ == "__main__":
    process.run(main)
