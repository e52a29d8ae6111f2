"""One number's facts, landed in rounds: read, project, commit what is fresh, and begin again with what was stale."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence
from typing import NamedTuple

import structlog

from services.api import metrics
from services.api.floor import above
from services.api.landing import Lander
from services.api.projection import (
    Named,
    Projection,
    Step,
    Visited,
    hashes_of,
    identifiers_of,
    introduced_by,
    references_of,
)
from services.api.shares import COUNT, parts, shares
from services.api.standing import Standing
from services.api.store import ChatStore
from services.api.tombstones import Digest, NoKey, is_hashed
from services.api.working import Cell, Loaded, Working
from shared.contract.events import ContactErased
from shared.contract.ids import NumberId
from shared.process import now_ms
from shared.redis import is_outage

log = structlog.get_logger(__name__)

FACTS_AT_ONCE = 500  # per commit: each is some 30 words of a script that holds up the whole store while it runs
ROUNDS_MAX = 200  # in a row without landing anything: about 10 s, in which any other projector has had its turn
PAUSE_S_MAX = 0.05  # two projectors on one conversation step apart


class Round(NamedTuple):
    """What came of one: the facts to be projected again, and how the number is doing if anything was to be written."""

    working: Working
    stale: list[Step]
    standing: Standing | None = None


class NeverLands(Exception):
    """Whatever was tried, something that these facts depend on was always another than what had been read."""


async def no_key() -> Digest:
    """For numbers of which nothing was ever erased."""
    raise NoKey


async def nothing() -> None:
    """Nobody has to be told that something is left to be done."""


async def land(
    store: ChatStore,
    number_id: NumberId,
    facts: Sequence[Step],
    digest: Callable[[], Awaitable[Digest]] = no_key,
    before_detaching: Callable[[], Awaitable[None]] = nothing,
    *,
    rounds_max: int = ROUNDS_MAX,
    taken_ms: int = 0,
) -> Standing | None:
    """Return when all of it is in the store; NeverLands when that does not come.

    How the number is doing comes with the last commit; None when there was none.
    `before_detaching` takes note that messages will be left which somebody has to look at, so that no crash forgets it.
    `taken_ms` is since when the oldest of the facts is ours, for whoever measures how late they are shown.
    """
    pending = [fact for fact in facts if identifiers_of(fact) or references_of(fact)]
    hashing = None
    if store.has_erasures or any(isinstance(fact, ContactErased | Named | Visited) for fact in pending):
        hashing = await digest()

    async def share(own: list[Step]) -> tuple[int, Standing | None]:
        return await _land(store, number_id, own, hashing, digest, before_detaching, rounds_max, taken_ms)

    at_once = asyncio.Semaphore(COUNT)

    async def part(number: int, own: list[Step]) -> tuple[int, Standing | None]:
        async with at_once, store.turns.at(store.tag, number):
            return await share(own)

    if store.turns.is_contested(store.tag):
        own_parts = parts(pending)
        random.shuffle(own_parts)  # two processes begin elsewhere
        sharing = [part(*each) for each in own_parts]
    else:
        sharing = [share(each) for each in shares(pending)]
    if len(sharing) == 1:  # as nearly always: nothing to be done beside it
        rounds, standing = await sharing[0]
        metrics.ROUNDS.observe(rounds)
        return standing
    ended = await asyncio.gather(*sharing, return_exceptions=True)
    failed = [one for one in ended if isinstance(one, BaseException)]
    if failed:  # an outage decides: it passes, and whatever failed beside it may be its consequence
        raise next((one for one in failed if is_outage(one)), failed[0])
    told = [one for one in ended if not isinstance(one, BaseException)]
    metrics.ROUNDS.observe(max((rounds for rounds, _ in told), default=0))
    return next((standing for _, standing in told if standing is not None), None)


async def _land(
    store: ChatStore,
    number_id: NumberId,
    pending: list[Step],
    hashing: Digest | None,
    digest: Callable[[], Awaitable[Digest]],
    before_detaching: Callable[[], Awaitable[None]],
    rounds_max: int,
    taken_ms: int,
) -> tuple[int, Standing | None]:
    """Round after round, one after the other; how many, and how the number is doing in the end."""
    size, rounds, fruitless = FACTS_AT_ONCE, 0, 0
    standing: Standing | None = None
    unread: set[Cell] = set()
    while pending:
        taken, pending = pending[:size], pending[size:]
        recalled = None if unread or hashing is not None else await _recalled(store, taken)
        working, stale, standing = await _round(
            store, number_id, taken, recalled, unread, hashing, before_detaching, taken_ms
        )
        rounds += 1
        if recalled is not None and (stale or working.missing):
            store.remembered.doubt(store.tag)  # it is read, which tells whether somebody else is faster
            pending = (stale or taken) + pending
        elif working.loaded.erasures and hashing is None:
            store.has_erasures, hashing = True, await digest()
            pending = taken + pending
        elif working.missing:
            pending = taken + pending
            unread |= working.missing
            fruitless += 1
        elif stale:
            metrics.STALE_COMMITS.inc()
            store.turns.contested(store.tag)
            fruitless = fruitless + 1 if len(stale) == len(taken) else 0
            # Smaller pieces are read and committed sooner: a long batch would never be first where others write often.
            pending, size = stale + pending, max(1, len(stale) // 2)
            await asyncio.sleep(min(PAUSE_S_MAX, 0.002 * fruitless))
        else:
            fruitless, size = 0, min(FACTS_AT_ONCE, size * 2)
            unread.clear()
        if fruitless >= rounds_max:
            log.error("projection.never_lands", rounds_count=rounds, facts_count=len(pending))
            raise NeverLands
    return rounds, standing


async def _recalled(store: ChatStore, facts: Sequence[Step]) -> Loaded | None:
    """What a read would find, where that is known or can be guessed; whoever is not remembered is read alone."""
    if store.turns.is_contested(store.tag):
        return None
    identifiers: dict[str, None] = {}
    introduced: list[str] = []
    for fact in facts:
        identifiers.update(dict.fromkeys(identifiers_of(fact)))
        new = introduced_by(fact)
        if new is None or references_of(fact) != [new]:
            return None
        introduced.append(new)
    recalled = store.remembered.recall(store.tag, identifiers, introduced)
    if recalled is None:
        return None
    loaded, unknown = recalled
    return loaded if not unknown or loaded.takes_in(await store.load(unknown, ())) else None


async def _round(
    store: ChatStore,
    number_id: NumberId,
    facts: Sequence[Step],
    recalled: Loaded | None,
    unread: set[Cell],
    digest: Digest | None,
    before_detaching: Callable[[], Awaitable[None]],
    taken_ms: int,
) -> Round:
    """Read what is not recalled, project and commit once."""
    working = Working(recalled or await _loaded(store, facts, unread, digest), digest)
    if working.loaded.erasures and digest is None:
        return Round(working, [])
    projection, loaded = Projection(working), working.loaded
    touched: list[Cell | None] = []

    def is_felled(name: str) -> bool:
        return digest is not None and digest(name) in loaded.felled

    for fact in facts:
        left = above(fact, loaded.floor_ms, is_felled) if loaded.floor_ms or loaded.felled else fact
        if left is not None:
            projection.apply(left)
        touched.append(working.close_event())
    if working.missing:
        return Round(working, [])
    lander = Lander(number_id, working)
    questions = lander.questions()
    landings = lander.finish(await store.measure(questions) if questions else {})
    at_ms = now_ms()
    if any(landing.detached for landing in landings.values()):
        await before_detaching()
    landed, standing = await store.land(landings.values(), at_ms, taken_ms)
    stale = {root for root, fresh in zip(landings, landed, strict=True) if not fresh}
    again = [fact for fact, cell in zip(facts, touched, strict=True) if cell and working.root(cell) in stale]
    return Round(working, again, standing)


async def _loaded(store: ChatStore, facts: Sequence[Step], unread: set[Cell], digest: Digest | None) -> Loaded:
    identifiers = {name for fact in facts for name in identifiers_of(fact)}
    references = {name for fact in facts for name in references_of(fact)}
    hashes = {name for fact in facts for name in hashes_of(fact)}
    for cell in unread:
        found = identifiers if cell.table == "alias" else hashes if cell.table == "gone" else references
        found.add(cell.name)
    if digest is not None:
        # Late facts of whoever was erased name what is stored as a hash.
        hashes |= {digest(name) for name in references}
        identifiers |= {digest(name) for name in identifiers if not is_hashed(name)}
    return await store.load(identifiers, references, hashes)
