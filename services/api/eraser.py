"""Does what an erasure asks for, step by step: whatever has been done is done, and a crash begins it again."""

import asyncio
import contextlib
import secrets
from collections.abc import Sequence

import orjson
import structlog

from services.api import rounds
from services.api.clearing import Clearing
from services.api.erasures import Erasures
from services.api.facts import Owner
from services.api.graves import Graves, erase_parked, erase_raw
from services.api.parking import Parking
from services.api.projection import Named, Step, Visited
from services.api.store import ChatStore, ChatStores
from services.api.sweeping import Place, Sweeping
from services.api.thread import ThreadRecord
from services.api.tombstones import Digest, digester, is_hashed
from services.api.traces import Traces, inside
from shared.broker import Broker, BrokerUnavailable
from shared.contract.erasure import Erased
from shared.contract.events import ContactErased, NumberErased, encode
from shared.contract.ids import MessageId, ThreadId
from shared.erased_sends import ErasedSends
from shared.erasure_key import ErasureKeys
from shared.feed import Feed
from shared.process import now_ms
from shared.redis import Redis, is_outage
from shared.registry import Registry
from shared.topology import EVENTS

LOOK_S = 5.0  # between looks at what another process was doing when it died

GONE_MS = (
    30 * 24 * 3600 * 1000
)  # late facts of an erased message: Meta repeats for 7 days, dead letters wait for longer

log = structlog.get_logger(__name__)


class Eraser:
    """Erases customers out of everything that is stored."""

    def __init__(self, redis: Redis, broker: Broker, keys: ErasureKeys, parking: Parking, registry: Registry) -> None:
        self._redis = redis
        self._broker = broker
        self._keys = keys
        self._stores = ChatStores(redis)
        self._feed = Feed(redis)
        self._parking = parking
        self._graves = Graves(broker)
        self._registry = registry
        self.erasures = Erasures(redis)
        self._clearing = Clearing(redis, broker, registry, parking, self.erasures, self._graves)
        self.wanted = asyncio.Event()  # something has just been asked for

    async def digest(self, owner: Owner) -> Digest:
        """What hashes names for this number."""
        return digester(await self._keys.of(owner[0]), owner[1])

    async def begin(self, events: Sequence[ContactErased]) -> None:
        """Take note, before anything of it is done; what only adds messages to an erasure under way is no new one."""
        for event in events:
            if not event.references:
                await self.erasures.begin(event)
                self.wanted.set()

    async def keep_to(self, owner: Owner, told: Sequence[NumberErased]) -> None:
        """What was erased of whole numbers, as it was told elsewhere: from now on nothing from before it lands."""
        store = self._stores.of(*owner)
        for event in told:
            if not await self._clearing.fell(store, event, now_ms()):
                continue
            await self.note(owner)
            record = await self._registry.number(*owner, fresh=True)
            # From a backup that is older than the erasure: as if it had never been connected.
            if record is not None and record.erasing is None and (record.token_checked_ms or 0) <= event.at_ms:
                await self._registry.forget_number(*owner)

    async def heed(self, owner: Owner) -> None:
        """The settings of a number are others: its erasure may have been asked for."""
        if await self._clearing.asked(self._stores.of(*owner)):
            await self.note(owner)

    async def when_wanted(self) -> None:
        """Do it as soon as this process hears of it, and now and then what others have left behind."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(LOOK_S):
                await self.wanted.wait()
        await self.run()
        await self.settle(now_ms())

    async def settle(self, now_ms: int) -> None:
        """A day later nothing need tell any more who is gone; nor, later still, which messages were."""
        for owner, at_ms in await self.erasures.told(now_ms):
            await self._feed.cut(*owner, at_ms)
            await Sweeping(self._stores.of(*owner)).outlive(now_ms - GONE_MS)
            await self.erasures.heard(owner, at_ms)

    async def run(self) -> None:
        """Do what is to be done now, of all numbers that nobody else is at."""
        self.wanted.clear()
        for owner, mark in await self.erasures.numbers():
            async with self.erasures.lease(owner) as mine:
                if not mine:
                    continue
                try:
                    await self._of_number(owner)
                    await self.erasures.forget(owner, mark)
                except Exception as error:
                    if is_outage(error) or isinstance(error, BrokerUnavailable):
                        raise
                    log.error("contact.not_erased", exc_info=error)  # tried again; this number's trouble is no other's

    async def _of_number(self, owner: Owner) -> None:
        store = self._stores.of(*owner)
        await self._clearing.clear(owner, store, lambda: self.digest(owner))
        await self._below_floor(owner, store)
        for event in await self.erasures.todo(owner):
            await self._erase(owner, event)
        sweeping = Sweeping(self._stores.of(*owner))
        for thread in await sweeping.detached():
            # Found only later to be one with somebody who was erased: everything again, for all the names there are.
            became = await sweeping.became(thread)
            assert became is not None, "a detached thread leads to what it became"
            await self._erase(owner, _again(owner, became))

    async def _below_floor(self, owner: Owner, store: ChatStore) -> None:
        """What landed before anybody here knew of the floor goes contact by contact: the rest of it may be new."""
        sweeping = Sweeping(store)
        floor_ms = await sweeping.unswept()
        if floor_ms is None:
            return
        digest = await self.digest(owner)
        async for identifiers in sweeping.identifiers():
            clear = [name for name in identifiers if not is_hashed(name)]
            gone = [_of_contact(owner, digest(name), floor_ms) for name in clear]
            await self._land(owner, store, [*gone, *map(Named, clear)])
        await sweeping.swept(floor_ms)

    async def note(self, owner: Owner) -> None:
        """Something is about to be left to be done."""
        await self.erasures.note(owner)
        self.wanted.set()

    async def _erase(self, owner: Owner, event: ContactErased) -> None:
        store = self._stores.of(*owner)
        await self._out_of_state(owner, store, event)
        traces = Traces(await self.digest(owner), frozenset(event.names), event.at_ms)
        await self._out_of_keys(owner, store, traces)
        await erase_raw(store, traces)
        removed = Erased(
            changes=await self._feed.strike(*owner, lambda c: _is_about(c, traces), lambda c: _is_end(c, traces)),
            parked=await erase_parked(self._parking, owner, traces, Sweeping(store).gone, now_ms()),
            dead_letters=await self._graves.erase(owner, traces, Sweeping(store).gone),
        )
        await self.erasures.count(owner, event.erasure_id, removed)
        await self.erasures.end(owner, event.erasure_id, now_ms())
        removed, _ = await self.erasures.removed(owner, event.erasure_id)
        log.info("contact.erased", workspace_id=owner[0], number_id=owner[1], **removed.model_dump())

    async def _land(self, owner: Owner, store: ChatStore, steps: Sequence[Step]) -> None:
        await rounds.land(store, owner[1], steps, lambda: self.digest(owner), lambda: self.note(owner))

    async def _out_of_state(self, owner: Owner, store: ChatStore, event: ContactErased) -> None:
        """First the conversation goes, then its messages; what stands in neither cannot come back after that."""
        sweeping, digest, names = Sweeping(store), await self.digest(owner), set(event.names)
        await self._land(owner, store, [event])
        async for identifiers in sweeping.identifiers():
            theirs = [Named(n) for n in identifiers if not is_hashed(n) and digest(n) in names]
            await self._land(owner, store, theirs)
        for thread in await sweeping.detached():
            await self._out_of_thread(owner, store, thread, event.erasure_id)

    async def _out_of_thread(self, owner: Owner, store: ChatStore, thread: ThreadId, erasure_id: str) -> None:
        sweeping, digest = Sweeping(store), await self.digest(owner)
        became = await sweeping.became(thread)
        assert became is not None, "a detached thread leads to what it became"
        lanes, sends = await sweeping.ancestors(thread), ErasedSends(self._redis, *owner)
        # Before its messages go: a send must not be handed over after it has left the inbox.
        await sends.mark(lanes, became.erased_ms)
        await sends.unpark(lanes, became.erased_ms)
        names = tuple(name for name in became.identifiers if is_hashed(name))
        while places := await sweeping.places(thread):
            past = [place for place in places if int(place.key[:12], 16) <= became.erased_ms]
            if past:
                told = ContactErased(
                    workspace_id=owner[0],
                    number_id=owner[1],
                    received_ms=now_ms(),
                    erasure_id=erasure_id,
                    names=names,
                    references=tuple(map(digest, _ids(past))),
                    at_ms=became.erased_ms,
                )
                # Before they go: nobody could tell afterwards which they were, and a rebuild has to.
                await self._broker.publish(EVENTS, encode(told))
                await self._land(owner, store, [told])
            await self._land(owner, store, [Visited(place.message_id) for place in places])
            records = [place.record for place in past if place.record is not None]
            rows, waiting = sum(record.is_row for record in records), sum(record.waits for record in records)
            await self.erasures.count(owner, erasure_id, Erased(messages=rows, sends=waiting))
            await sweeping.leave(places)
        await sends.unpark(lanes, became.erased_ms)  # what was on its way into it a moment ago
        await self.erasures.count(owner, erasure_id, Erased(conversations=1))
        await sweeping.end(thread)

    async def _out_of_keys(self, owner: Owner, store: ChatStore, traces: Traces) -> None:
        """What was reported of messages that never came, what was asked for, and what became of it."""
        sweeping, digest = Sweeping(store), traces.digest
        async for together in sweeping.keys("early"):
            gone = await sweeping.gone(digest(name) for _, name in together)
            for _, name in together:
                early = await sweeping.early(name)
                met = early.contacts if early is not None else ()
                theirs = any(
                    traces.names_them(i) for m in met if m.at_ms <= traces.at_ms for i in m.contact.identifiers
                )
                if theirs or digest(name) in gone or any(map(traces.names_them, inside(name))):
                    await self._land(owner, store, [_message(owner, traces, name), Visited(MessageId(name))])
        async for together in sweeping.keys("request"):
            for key, _ in together:
                entry = orjson.loads(await self._redis.get(key) or b"{}")
                if traces.names_them(entry.get("contact_id", "")) and entry["at_ms"] <= traces.at_ms:
                    await self._redis.delete(key)
        async for together in sweeping.keys("send:claim"):
            gone = await sweeping.gone(digest(name) for _, name in together)
            sends = ErasedSends(self._redis, *owner)
            await sends.forget_ends(key for key, name in together if digest(name) in gone)


def _of_contact(owner: Owner, name: str, at_ms: int) -> ContactErased:
    ids = {"workspace_id": owner[0], "number_id": owner[1], "received_ms": at_ms}
    return ContactErased.model_validate({**ids, "erasure_id": "", "names": (name,), "at_ms": at_ms})


def _again(owner: Owner, became: ThreadRecord) -> ContactErased:
    return ContactErased(
        workspace_id=owner[0],
        number_id=owner[1],
        received_ms=became.erased_ms,
        erasure_id=secrets.token_hex(16),
        names=tuple(name for name in became.identifiers if is_hashed(name)),
        at_ms=became.erased_ms,
    )


def _message(owner: Owner, traces: Traces, name: str) -> ContactErased:
    return ContactErased(
        workspace_id=owner[0],
        number_id=owner[1],
        received_ms=traces.at_ms,
        erasure_id="",
        names=tuple(sorted(traces.names)),
        references=(traces.digest(name),),
        at_ms=traces.at_ms,
    )


def _ids(places: Sequence[Place]) -> list[str]:
    """All that these messages may be called."""
    wamids = [place.record.wamid for place in places if place.record is not None and place.record.wamid]
    return list(dict.fromkeys([*(place.message_id for place in places), *wamids]))


def _is_end(change: bytes, traces: Traces) -> bool:
    """Whether a change tells that they are gone, and nothing of them is left: what comes later is new."""
    told = orjson.loads(change)
    value = told["value"]
    is_plain = told["kind"] == "removed" and value["of"] == "conversation" and "replaced_by" not in value
    return is_plain and traces.names_them(value["contact_id"])


def _is_about(change: bytes, traces: Traces) -> bool:
    """Whether a change tells of them; that they are gone has to be told for a while longer."""
    told = orjson.loads(change)
    value = told["value"]
    if told["kind"] == "removed":
        named = (
            [value.get("contact_id"), value.get("replaced_by")] if value.get("replaced_by") or value.get("id") else []
        )
    else:
        named = [value.get("contact_id"), *value.get("aliases", [])]
    return any(traces.names_them(name) for name in named if name)
