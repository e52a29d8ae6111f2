"""The one writer of chat state: facts from the broker in batches, state and feed out in one commit."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence

import structlog

from services.api import metrics
from services.api.facts import Facts, Owner
from services.api.held import Releases
from services.api.landing import Lander
from services.api.parking import Parking
from services.api.projection import Fact, Projection, identifiers_of, references_of
from services.api.reports import member, number_write
from services.api.store import ChatStore, ChatStores
from services.api.working import Cell, Working
from shared import process, topology
from shared.broker import Delivery, Poison
from shared.contract.events import AccountReported, Event, EventsHeld, NumberChanged, PartUnrecognised
from shared.contract.ids import NumberId
from shared.http import application, listening
from shared.process import Ground, now_ms
from shared.redis import is_outage
from shared.settings import Settings, load

log = structlog.get_logger(__name__)

DELIVERIES_MAX = 64  # per batch: broker messages of up to 500 events; small, because a lost connection counts them all
NUMBERS_AT_ONCE = 16  # commits in flight; each is one script on one slot
STALE_PAUSE_S_MAX = 0.05  # two projectors on one conversation step apart


class ProjectorSettings(Settings):
    """What the projector is told at start."""

    port: int = 8083
    tidy_s: float = 600.0  # between looks at what stays parked too long


class Projector:
    """Applies what happened and what was asked to the chat state of each number."""

    def __init__(self, ground: Ground) -> None:
        self._registry = ground.registry
        self._fingerprint = ground.vault.fingerprint
        self._stores = ChatStores(ground.redis)
        self._parking = Parking(ground.redis, ground.broker)
        self._releases = Releases(self._parking, ground.registry)
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
                await self._release((workspace_id, number_id))

    async def _number(self, owner: Owner, lines: list[tuple[bytes, Fact]]) -> list[Poison]:
        async with self._commits:
            held = [fact for _, fact in lines if isinstance(fact, EventsHeld)]
            parked = [await self._parking.park(one, now_ms()) for one in held]
            plain = [(line, fact) for line, fact in lines if not isinstance(fact, EventsHeld)]
            poison = await self._project_or_isolate(owner, plain)
            connected_since = [one for one, is_parked in zip(held, parked, strict=True) if not is_parked]
            if connected_since:
                await self._project(owner, await self._releases.checked(owner, connected_since, now_ms()))
            if connected_since or any(isinstance(fact, NumberChanged) for _, fact in plain):
                await self._release(owner)
            return poison

    async def _release(self, owner: Owner) -> None:
        """Apply what was parked before the number was connected, oldest first, until nothing is left."""
        async for batch in self._releases.batches(owner, now_ms()):
            await self._project(owner, batch)

    async def _project_or_isolate(self, owner: Owner, lines: list[tuple[bytes, Fact]]) -> list[Poison]:
        try:
            await self._project(owner, [fact for _, fact in lines])
        except Exception as error:
            if is_outage(error):
                raise
            if len(lines) == 1:
                log.error("fact.rejected", kind=lines[0][1].__class__.__name__, exc_info=error)
                return [Poison(lines[0][0], f"projection failed: {type(error).__name__}")]
            # Everything lands alone now: only the culprit is lost to the dead letters, its neighbours are not.
            found = [await self._project_or_isolate(owner, [line]) for line in lines]
            return [poison for one in found for poison in one]
        return []

    async def _project(self, owner: Owner, facts: Sequence[Fact]) -> None:
        if not facts:
            return
        store = self._stores.of(*owner)
        rounds = 0
        pending, extra = list(facts), set[str]()
        while pending:
            pending = await self._round(store, owner[1], pending, extra)
            if pending:
                rounds += 1
                metrics.STALE_COMMITS.inc()
                await asyncio.sleep(min(STALE_PAUSE_S_MAX, 0.002 * rounds))
        await self._report(store, owner, [fact for fact in facts if isinstance(fact, Event)])
        metrics.FACTS.inc(len(facts))

    async def _round(self, store: ChatStore, number_id: NumberId, facts: list[Fact], extra: set[str]) -> list[Fact]:
        """Read, project and commit once; answers the facts that have to be projected again."""
        identifiers = [name for fact in facts for name in identifiers_of(fact)]
        references = {name for fact in facts for name in references_of(fact)} | extra
        if not identifiers and not references:
            return []
        working = Working(await store.load(identifiers, references))
        projection = Projection(working)
        touched: list[Cell | None] = []
        for fact in facts:
            projection.apply(fact)
            touched.append(working.close_event())
        if working.missing:
            extra |= working.missing
            return facts
        lander = Lander(number_id, working)
        landings = lander.finish(await store.measure(lander.questions()))
        landed = await store.commit([store.write(landing) for landing in landings.values()], now_ms())
        stale = {root for root, fresh in zip(landings, landed, strict=True) if not fresh}
        return [fact for fact, cell in zip(facts, touched, strict=True) if cell and working.root(cell) in stale]

    async def _report(self, store: ChatStore, owner: Owner, events: list[Event]) -> None:
        """Keep what is about the number itself: how it is doing, its settings in the feed, what nobody could read."""
        kept = [event for event in events if isinstance(event, AccountReported | PartUnrecognised)]
        odd = [member(event) for event in kept if isinstance(event, PartUnrecognised)]
        changed = any(isinstance(event, NumberChanged) for event in events)
        record = await self._registry.number(*owner, fresh=changed)
        while True:
            stored, unrecognised = await store.status(odd)
            write = number_write(store, stored, unrecognised, events, kept, record, changed, self._fingerprint)
            if write is None or (await store.commit([write], now_ms()))[0]:
                return


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
            if not is_outage(error):
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
