"""The one writer of chat state: facts from the broker in batches, state and feed out in one commit."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from functools import partial
from typing import Annotated, cast

import structlog
import typer

from services.api import metrics, rounds, spans
from services.api.ageing import Ageing
from services.api.awaited import Awaited
from services.api.company import Company
from services.api.eraser import Eraser
from services.api.facts import Facts, Line, Owner, taken_ms
from services.api.gaps import GRACE_S
from services.api.held import Releases
from services.api.looks import Looks
from services.api.parking import Graveyard, Parking
from services.api.projection import Fact
from services.api.reporter import Reporter
from services.api.retention import is_old
from services.api.store import ChatStores
from shared import garbage, process, topology, tracing
from shared.broker import Archive, BrokerUnavailable, Delivery, Poison
from shared.contract.events import ContactErased, Event, EventsHeld, NumberChanged, NumberErased, encode
from shared.contract.ids import tag
from shared.durability import Durability
from shared.erasure_key import ErasureKeys
from shared.evidence import EvidenceBook
from shared.http import application, listening
from shared.process import Ground, now_ms
from shared.redis import is_outage
from shared.settings import Settings, load

log = structlog.get_logger(__name__)

DELIVERIES_MAX = 64  # per batch: broker messages of up to 500 events; small, because a lost connection counts them all
# Nearly all of them wait for the disk. A store that fsyncs once a second makes nobody wait: not even lone messages, of
# which ingest makes some hundred a second, one to a batch.
BATCHES_AT_ONCE = 512
NUMBERS_AT_ONCE = 16  # commits in flight; each is one script on one slot


class ProjectorSettings(Settings):
    """What the projector is told at start."""

    name = "inbox-projector"
    port: int = 8083
    tidy_s: float = 600.0  # between looks at what stays parked too long
    look_s: float = 60.0  # between looks at what a number misses
    gap_grace_s: float = GRACE_S  # before something that is missing counts as a gap


class Projector:
    """Applies what happened and what was asked to the chat state of each number."""

    def __init__(
        self,
        ground: Ground,
        *,
        look_s: float = 60.0,
        gap_grace_s: float = GRACE_S,
        graveyard: Graveyard | None = None,
        archive: Archive | None = None,
        durable: bool = True,
    ) -> None:
        self._graveyard = graveyard or ground.broker
        self._stores = ChatStores(ground.redis)
        self._looks = Looks(ground.redis, look_s)
        self._gap_grace_s = gap_grace_s
        self._awaited = Awaited(ground.redis)
        self._reporter = Reporter(self._stores, ground.registry, ground.vault.fingerprint, self._looks)
        self._parking = Parking(ground.redis, self._graveyard)
        self._releases = Releases(self._parking, ground.registry, EvidenceBook(ground.redis), archive)
        keys = ErasureKeys(ground.redis, ground.vault)
        self.eraser = Eraser(ground.redis, ground.broker, keys, self._parking, ground.registry)
        self._ageing = Ageing(ground.redis, ground.registry, self.eraser)
        self._commits = asyncio.Semaphore(NUMBERS_AT_ONCE)
        self._company = Company(self._together)
        self._is_timed = durable  # what a rebuild applies has long been shown
        self._durability = Durability(ground.redis, ground.settings.redis_fsync_s_max if durable else 0)

    async def handle(self, deliveries: Sequence[Delivery]) -> list[Poison]:
        """Project a batch; what is no fact, or breaks the projection, comes back as poison.

        Batches may overlap: some are projected together while those before them wait for the disk.
        """
        began_ns = time.time_ns() if tracing.on and self._is_timed else 0
        facts = Facts(delivery.body for delivery in deliveries)
        tags = [tag(*owner) for owner in facts.by_number]
        since = await self._durability.histories(tags)
        poison = await self._company.land(facts)
        committed_ms = now_ms()
        await self._durability.reached(tags, since)
        metrics.DURABLE_S.observe((now_ms() - committed_ms) / 1000)
        if began_ns:
            spans.projected(deliveries, facts, began_ns, committed_ms)
        return [*facts.poison, *poison]

    async def _together(self, by_number: dict[Owner, list[Line]]) -> list[Poison]:
        if len(by_number) == 1:
            ((owner, lines),) = by_number.items()
            return await self._number(owner, lines)
        async with asyncio.TaskGroup() as group:
            numbers = [group.create_task(self._number(*pair)) for pair in by_number.items()]
        return [poison for number in numbers for poison in number.result()]

    async def tidy(self) -> None:
        """Let nothing stay parked that is too old, or whose number was connected meanwhile."""
        waiting = 0
        for workspace_id in await self._parking.workspaces():
            await self._parking.tidy(workspace_id, now_ms())
            parked = await self._parking.numbers(workspace_id)
            waiting += sum(one.events for one in parked.values())
            for number_id in parked:
                try:
                    await self._release((workspace_id, number_id))
                except Exception as error:
                    if _passes(error):
                        raise
                    log.error("parking.not_released", exc_info=error)  # this number's trouble is no other's
        metrics.PARKED_NOW.set(waiting)

    async def look(self) -> None:
        """See what is missing of every number whose look is due, a bounded number at a time."""
        if await self._awaited.stage() is not None:
            return  # what is not there is yet to come
        while due := await self._looks.take(now_ms()):
            for owner in due:
                try:
                    async with self._commits:
                        await self._reporter.look(owner, self._gap_grace_s)
                        await self._ageing.sweep(owner, now_ms())
                except Exception as error:
                    if _passes(error):
                        raise
                    log.error("number.not_looked_at", exc_info=error)  # this number's trouble is no other's

    async def _number(self, owner: Owner, lines: list[Line]) -> list[Poison]:
        async with self._commits:
            held = [fact for _, fact in lines if isinstance(fact, EventsHeld)]
            fresh = [(line, fact) for line, fact in lines if not isinstance(fact, EventsHeld)]
            taken = taken_ms(fact for _, fact in fresh) if self._is_timed else 0
            poison = await self._project_or_isolate(owner, fresh, taken)
            metrics.landed(fresh, taken, now_ms())
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
                await self._graveyard.bury(topology.PROJECTOR.dead, poison.body, poison.reason)

    async def _project_or_isolate(self, owner: Owner, lines: Sequence[Line], taken: int = 0) -> list[Poison]:
        """Project; where that fails, look for the culprit by halves: only it is lost to the dead letters."""
        if not lines:
            return []
        try:
            await self._project(owner, [fact for _, fact in lines], taken)
        except Exception as error:
            if _passes(error):
                raise
            if len(lines) == 1:
                return [_poison(lines[0], error)]
            half = len(lines) // 2
            found = await self._project_or_isolate(owner, lines[:half], taken)
            return found + await self._project_or_isolate(owner, lines[half:], taken)
        return []

    async def _project(self, owner: Owner, facts: Sequence[Fact], taken: int) -> None:
        await self.eraser.begin([fact for fact in facts if isinstance(fact, ContactErased)])
        oldest_ms = await self._ageing.oldest_ms(owner, now_ms())
        await self.eraser.keep_to(owner, [fact for fact in facts if isinstance(fact, NumberErased)])
        old = [fact for fact in facts if is_old(fact, oldest_ms)] if oldest_ms else []
        if old:
            await self._ageing.left_out(owner, old, now_ms())
        keyed, note = partial(self.eraser.digest, owner), partial(self.eraser.note, owner)
        kept = [fact for fact in facts if not is_old(fact, oldest_ms)] if old else facts
        standing = await rounds.land(self._stores.of(*owner), owner[1], kept, keyed, note, taken_ms=taken)
        await self._reporter.report(owner, [fact for fact in facts if isinstance(fact, Event)], standing)
        if any(isinstance(fact, NumberChanged) for fact in facts):
            await self.eraser.heed(owner)
            await self._ageing.soon(owner)
        metrics.FACTS.inc(len(facts))


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
    garbage.sweep_seldom()
    projector = Projector(
        ground, look_s=settings.look_s, gap_grace_s=settings.gap_grace_s, archive=ground.broker.archive
    )
    async with asyncio.TaskGroup() as group:
        chores = [
            group.create_task(_every(settings.tidy_s, projector.tidy, "parking.not_tidied")),
            group.create_task(_every(settings.look_s, projector.look, "numbers.not_looked_at")),
            group.create_task(_every(0, projector.eraser.when_wanted, "contacts.not_erased")),
        ]
        async with ground.broker.consuming_batches(
            topology.PROJECTOR, projector.handle, deliveries_max=DELIVERIES_MAX, at_once=BATCHES_AT_ONCE
        ):
            yield
        for chore in chores:
            chore.cancel()


async def _every(wait_s: float, chore: Callable[[], Awaitable[None]], failed: str) -> None:
    while True:
        await asyncio.sleep(wait_s)
        try:
            await chore()
        except Exception as error:
            if not _passes(error):
                raise
            log.warning(failed, reason=type(error).__name__)


async def main() -> None:
    """The projector as a process of its own: only its health is served."""
    settings = load(ProjectorSettings)
    async with process.ground(settings) as ground, running(ground, settings):
        app = application([], ground.health, probes="open")
        async with listening(app, settings.host, settings.port):
            await ground.stopping.wait()


commands = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@commands.callback(invoke_without_command=True)
def serve(context: typer.Context) -> None:
    """Project until told to stop."""
    if context.invoked_subcommand is None:
        process.run(main)


@commands.command()
def rebuild(
    since: Annotated[
        str | None, typer.Option("--from", help="the first week to read, as in 2026-w47; else all")
    ] = None,
) -> None:
    """Make chat state anew from the archive, after the settings have been restored; run again, it goes on."""
    from services.api import rebuilding  # it needs the projector

    process.run(lambda: rebuilding.main(since))


if __name__ == "__main__":
    commands()
