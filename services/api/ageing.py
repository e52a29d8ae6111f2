"""Takes out of a number what is older than it keeps, in bounded steps; any projector may begin them again."""

from collections.abc import AsyncIterator, Awaitable, Sequence
from typing import cast

import structlog

from services.api import rounds
from services.api.eraser import Eraser
from services.api.facts import Owner
from services.api.projection import Aged, Fact, Named, Step
from services.api.records import parse_message_row
from services.api.retention import DAY_MS, is_faded, messages_of, oldest_ms
from services.api.store import ChatStore, ChatStores
from services.api.sweeping import AT_ONCE, Sweeping
from services.api.thread import ThreadRecord
from services.api.tombstones import is_hashed
from shared import attempts
from shared.attempts import KEPT_DAYS
from shared.contract.events import ContactErased
from shared.contract.ids import MessageId, ThreadId
from shared.contract.order import sort_key
from shared.redis import Redis
from shared.registry import Registry
from shared.vault import VaultError

log = structlog.get_logger(__name__)

AGAIN_MS = 3600 * 1000  # between two looks through a number; each costs a look at every conversation
MESSAGES_MAX = 20_000  # of one look, about a minute; the rest goes at the next, so that other numbers have their turn
FADED_MAX = 1_000
REMEMBERED_MS = 30 * 24 * 3600 * 1000  # reports of a message come within days, and seldom within weeks
REMEMBERED_MAX = 1_000_000  # a hundred megabytes
_BEFORE_ID = len(sort_key(0, 0, 0, ""))

# KEYS: felled, erasures. ARGV: now, oldest, most, for how long, hashes. From the first of them on hashes are looked up.
_REMEMBER = """
for i = 5, #ARGV do redis.call('ZADD', KEYS[1], ARGV[1], ARGV[i]) end
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', '(' .. ARGV[2])
redis.call('ZREMRANGEBYRANK', KEYS[1], 0, -1 - ARGV[3])
redis.call('PEXPIRE', KEYS[1], ARGV[4])
return redis.call('SETNX', KEYS[2], 0)
"""


class Ageing:
    """What becomes of old messages."""

    def __init__(self, redis: Redis, registry: Registry, eraser: Eraser) -> None:
        self._redis = redis
        self._registry = registry
        self._eraser = eraser
        self._stores = ChatStores(redis)

    async def oldest_ms(self, owner: Owner, now_ms: int) -> int:
        """From when on the number keeps messages; 0 for all there are."""
        try:
            return oldest_ms(await self._registry.number(*owner), now_ms)
        except VaultError:
            return 0  # a credential that does not open is no reason to lose anything

    async def left_out(self, owner: Owner, old: Sequence[Fact], now_ms: int) -> None:
        """These were too old as they came."""
        await self._remember(owner, [name for fact in old for name in messages_of(fact)], now_ms)

    async def soon(self, owner: Owner) -> None:
        """Its settings are others: the next look goes through it."""
        await self._redis.delete(self._stores.of(*owner).key("aged"))

    async def sweep(self, owner: Owner, now_ms: int) -> None:
        """Look through the number, if that is due and nobody else does."""
        until_ms = await self.oldest_ms(owner, now_ms)
        store = self._stores.of(*owner)
        if not until_ms or not await self._redis.set(store.key("aged"), now_ms, nx=True, px=AGAIN_MS):
            return
        for name in ("unrecognised", "reports"):
            await self._redis.zremrangebyscore(store.key(name), "-inf", f"({until_ms}")
        count = 0
        async for threads in self._threads(store):
            for thread in await self._with_old(store, list(threads), until_ms):
                count += await self._out_of_thread(owner, store, thread, until_ms, now_ms)
                if count >= MESSAGES_MAX:
                    return await self.soon(owner)
        async for threads in self._threads(store):  # again: only now have some of them nothing left
            faded = [record for record in threads.values() if is_faded(record, until_ms)]
            await self._fade(owner, store, faded[:FADED_MAX], until_ms)
            if len(faded) > FADED_MAX:
                await self.soon(owner)
        if count:
            log.info("messages.aged", workspace_id=owner[0], number_id=owner[1], count=count)

    async def _threads(self, store: ChatStore) -> AsyncIterator[dict[ThreadId, ThreadRecord]]:
        cursor: int = 0
        while True:
            cursor, found = await cast(
                "Awaitable[tuple[int, dict[bytes, bytes]]]",
                self._redis.hscan(store.key("threads"), cursor, count=AT_ONCE),
            )
            living = {name: row for name, row in found.items() if row[:1] not in (b">", b"~")}
            yield {ThreadId(n.decode()): ThreadRecord.model_validate_json(row) for n, row in living.items()}
            if not cursor:
                return

    async def _with_old(self, store: ChatStore, threads: list[ThreadId], until_ms: int) -> list[ThreadId]:
        async with self._redis.pipeline(transaction=False) as pipeline:
            for thread in threads:
                pipeline.zrange(store.key(f"index:{thread}"), 0, 0)
                pipeline.zrange(store.key(f"asides:{thread}"), 0, 0)
            firsts = await pipeline.execute() if threads else []
        pairs = zip(threads, firsts[::2], firsts[1::2], strict=True)
        return [thread for thread, *first in pairs if any(keys and _said_ms(keys[0]) < until_ms for keys in first)]

    async def _out_of_thread(self, owner: Owner, store: ChatStore, thread: ThreadId, until_ms: int, now_ms: int) -> int:
        count = 0
        for name in ("index", "asides"):
            listed = store.key(f"{name}:{thread}")
            while True:
                found = cast(
                    "list[bytes]",
                    await self._redis.zrangebylex(listed, "-", f"({sort_key(until_ms, 0, 0, '')}", 0, AT_ONCE),
                )
                if not found:
                    break
                ids = [MessageId(key.decode()[_BEFORE_ID:]) for key in found]
                rows = await cast("Awaitable[list[bytes | None]]", self._redis.hmget(store.key("messages"), ids))
                records = [parse_message_row(row)[1] for row in rows if row]
                names = [n for record in records for n in (record.id, record.wamid) if n]
                await self._remember(owner, names, now_ms)
                await self._land(owner, store, [Aged(each, until_ms) for each in ids])
                if any(_said_ms(key) > now_ms - KEPT_DAYS * DAY_MS for key in found):
                    await attempts.forget(self._redis, *owner, ids)
                await self._redis.zrem(listed, *found)
                count += len(records)
        return count

    async def _fade(self, owner: Owner, store: ChatStore, faded: Sequence[ThreadRecord], until_ms: int) -> None:
        """Who has nothing left here is nobody that we know: hashes of the names stay, as of an erased customer."""
        digest = await self._eraser.digest(owner)
        for record in faded:
            clear = [name for name in record.identifiers if not is_hashed(name)]
            ids = {"workspace_id": owner[0], "number_id": owner[1], "received_ms": until_ms, "erasure_id": ""}
            gone = ContactErased.model_validate({**ids, "names": tuple(map(digest, clear)), "at_ms": until_ms - 1})
            await self._land(owner, store, [gone, *map(Named, clear)])
        sweeping = Sweeping(store)
        if faded:
            for thread in await sweeping.detached():
                if not await sweeping.places(thread):
                    await sweeping.end(thread)

    async def _land(self, owner: Owner, store: ChatStore, steps: Sequence[Step]) -> None:
        keyed, note = (lambda: self._eraser.digest(owner)), (lambda: self._eraser.note(owner))
        await rounds.land(store, owner[1], steps, keyed, note)

    async def _remember(self, owner: Owner, names: Sequence[str], now_ms: int) -> None:
        if not names:
            return
        store, digest = self._stores.of(*owner), await self._eraser.digest(owner)
        keys = [store.key("felled"), store.key("erasures")]
        bounds = (now_ms, now_ms - REMEMBERED_MS, REMEMBERED_MAX, REMEMBERED_MS)
        arguments = [*map(str, bounds), *map(digest, names)]
        await cast("Awaitable[int]", self._redis.eval(_REMEMBER, len(keys), *keys, *arguments))


def _said_ms(key: bytes) -> int:
    return int(key[:12], 16)
