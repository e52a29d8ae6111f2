"""Erases a whole number out of everything that is stored, in pieces; a crash begins it again, and it has one end.

While it goes on the floor lies above everything, so nothing lands beside it, and nobody can connect the number. Each
piece is taken away only while that is so: whoever is late, because its lease has run out, takes nothing of what the
number has begun anew.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Any, cast

import structlog

from services.api.erasures import Erasures
from services.api.facts import Owner
from services.api.floor import EVERYTHING_MS
from services.api.graves import Graves
from services.api.looks import KEY as LOOKS
from services.api.parking import Parking
from services.api.records import MessageRecord, parse_message_row
from services.api.store import ChatStore
from services.api.tombstones import Digest
from shared.broker import Broker
from shared.contract.erasure import Erased
from shared.contract.events import NumberErased, encode
from shared.contract.feed import Removed
from shared.erased_sends import ErasedSends
from shared.feed import Feed
from shared.process import now_ms
from shared.redis import Redis
from shared.registry import Registry
from shared.topology import EVENTS

log = structlog.get_logger(__name__)

AT_ONCE = 500  # messages or keys: a step holds the store for some milliseconds
PARKED_AT_ONCE = 20  # a body may have a megabyte

# Reports of a message come within days; whoever reads one that is older leaves a gap that ends by itself.
FELLED_MS = 30 * 24 * 3600 * 1000
FELLED_MAX = 1_000_000  # a hundred megabytes, of a number that has so many messages in a month

# What has to be there after the end, or ends by itself; none of it names anybody.
_STAYS = frozenset(
    (
        *("erasures", "floor", "felled", "unswept", "clearing", "erasing", "erasing-lease"),
        *("feed", "feed-start", "number", "send:erased", "send:born"),
        *("parked", "parked-lines", "parked-size"),  # emptied by their own door
    )
)
_RECEIPTS = "erasure:"

# KEYS: floor, erasures, number, clearing. ARGV: everything, the erasure. Each rise makes stale what was read before.
_RAISE = """
if redis.call('HGET', KEYS[3], 'erasing') ~= ARGV[2] then return 0 end
redis.call('SET', KEYS[1], ARGV[1])
redis.call('SET', KEYS[4], ARGV[2])
return redis.call('INCR', KEYS[2])
"""

# KEYS: floor, erasures. ARGV: everything, the end.
_LOWER = """
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[2])
return redis.call('INCR', KEYS[2])
"""

# KEYS: floor, keys to remove. ARGV: everything.
_UNLINK = """
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return -1 end
return redis.call('UNLINK', unpack(KEYS, 2))
"""

# KEYS: floor, messages. ARGV: everything, ids.
_TAKE = """
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return -1 end
return redis.call('HDEL', KEYS[2], unpack(ARGV, 2))
"""

# KEYS: floor, erasures, felled, what is still to be swept. ARGV: at, now, oldest, most, hashes. What was told of a
# number's erasure elsewhere, before this store began.
_FELL = """
local floor = tonumber(redis.call('GET', KEYS[1]) or '0')
for i = 5, #ARGV do redis.call('ZADD', KEYS[3], ARGV[2], ARGV[i]) end
redis.call('ZREMRANGEBYSCORE', KEYS[3], '-inf', '(' .. ARGV[3])
redis.call('ZREMRANGEBYRANK', KEYS[3], 0, -1 - ARGV[4])
redis.call('PEXPIRE', KEYS[3], ARGV[2] - ARGV[3])
if tonumber(ARGV[1]) <= floor then return 0 end
redis.call('SET', KEYS[1], ARGV[1])
redis.call('SET', KEYS[4], ARGV[1])
return redis.call('INCR', KEYS[2])
"""


class Overtaken(Exception):
    """Another process has brought it to its end."""


class Clearing:
    """Erases numbers."""

    def __init__(
        self, redis: Redis, broker: Broker, registry: Registry, parking: Parking, erasures: Erasures, graves: Graves
    ) -> None:
        self._redis = redis
        self._broker = broker
        self._registry = registry
        self._parking = parking
        self._erasures = erasures
        self._graves = graves
        self._feed = Feed(redis)

    async def asked(self, store: ChatStore) -> str:
        """The erasure that somebody has asked for; empty for none."""
        return (await cast("Awaitable[bytes | None]", self._redis.hget(store.key("number"), "erasing")) or b"").decode()

    async def fell(self, store: ChatStore, told: NumberErased, now_ms: int) -> bool:
        """Keep to what was erased; whether there may be something here from before."""
        names = ("floor", "erasures", "felled", "unswept")
        bounds = (now_ms - FELLED_MS, FELLED_MAX)
        keys = [store.key(name) for name in names]
        return bool(await self._run(_FELL, keys, told.at_ms, now_ms, *bounds, *told.references))

    async def clear(self, owner: Owner, store: ChatStore, digest: Callable[[], Awaitable[Digest]]) -> None:
        """To its end, if anybody has asked for it, and nobody else comes to it first."""
        erasing = await self.asked(store)
        if not erasing:
            return await self._ended(owner, store)
        names = ("floor", "erasures", "number", "clearing")
        if not await self._run(_RAISE, [store.key(name) for name in names], EVERYTHING_MS, erasing):
            return
        try:
            await self._everything(owner, store, await digest(), erasing)
        except Overtaken:
            return
        at_ms = now_ms()
        # Before the floor comes down: a rebuild must not know less than this store.
        await self._tell(owner, at_ms)
        await ErasedSends(self._redis, *owner).mark_all(at_ms)
        if await self._run(_LOWER, [store.key("floor"), store.key("erasures")], EVERYTHING_MS, at_ms):
            await self._out_of_parking(owner, erasing)  # what has come since the last look
            await self._registry.forget_number(*owner, erasing)
            await self._ended(owner, store)

    async def _ended(self, owner: Owner, store: ChatStore) -> None:
        erasing = cast("bytes | None", await self._redis.get(store.key("clearing")))
        if erasing is None:
            return
        await self._erasures.end(owner, erasing.decode(), now_ms())
        await self._redis.delete(store.key("clearing"))
        removed, _ = await self._erasures.removed(owner, erasing.decode())
        log.info("number.erased", workspace_id=owner[0], number_id=owner[1], **removed.model_dump())

    async def _everything(self, owner: Owner, store: ChatStore, digest: Digest, erasing: str) -> None:
        """Browsers first, then what is sent, then what is stored."""
        gone = Removed(of="number", number_id=owner[1]).json_bytes().decode()
        change = f'{{"kind":"removed","value":{gone}}}'.encode()
        await self._feed.append(*owner, [change], now_ms())
        await ErasedSends(self._redis, *owner).mark_all(now_ms())
        await self._redis.zrem(LOOKS, " ".join(owner))
        await self._out_of_messages(owner, store, digest, erasing)
        talks = await self._redis.zcard(store.key("conversations"))
        await self._unlink(store, ["conversations"])
        struck = await self._feed.strike(*owner, lambda told: told != change)
        await self._feed.cut(*owner, 0)
        await self._erasures.count(owner, erasing, Erased(conversations=talks, changes=struck))
        await self._out_of_parking(owner, erasing)
        await self._erasures.count(owner, erasing, Erased(dead_letters=await self._graves.clear(owner)))
        async for keys in self._keys(store):
            await self._unlink(store, keys)

    async def _out_of_messages(self, owner: Owner, store: ChatStore, digest: Digest, erasing: str) -> None:
        """Hashes of the late ones are told before they go: nobody could tell afterwards which they were."""
        cursor: int = 0
        while True:
            cursor, found = await cast(
                "Awaitable[tuple[int, dict[bytes, bytes]]]",
                self._redis.hscan(store.key("messages"), cursor, count=AT_ONCE),
            )
            records = [parse_message_row(row)[1] for row in found.values()]
            hashes = tuple(map(digest, _names(records, now_ms() - FELLED_MS)))
            if hashes:
                await self.fell(store, await self._tell(owner, now_ms(), hashes), now_ms())
            if found:
                _taken(await self._run(_TAKE, [store.key("floor"), store.key("messages")], EVERYTHING_MS, *found))
                rows, waiting = sum(record.is_row for record in records), sum(record.waits for record in records)
                await self._erasures.count(owner, erasing, Erased(messages=rows, sends=waiting))
            if not cursor:
                return

    async def _tell(self, owner: Owner, at_ms: int, references: tuple[str, ...] = ()) -> NumberErased:
        told = NumberErased(
            workspace_id=owner[0], number_id=owner[1], received_ms=at_ms, references=references, at_ms=at_ms
        )
        await self._broker.publish(EVENTS, encode(told))
        return told

    async def _out_of_parking(self, owner: Owner, erasing: str) -> None:
        while held := await self._parking.oldest(*owner, PARKED_AT_ONCE):
            await self._parking.release(*owner, held)
            await self._erasures.count(owner, erasing, Erased(parked=sum(len(one.events) for one in held)))

    async def _keys(self, store: ChatStore) -> AsyncIterator[list[str]]:
        """All that the number has in the store, some at a time."""
        begin, together = store.key(""), list[str]()
        # The whole key space is looked through, because nothing lists these: an erasure is rare.
        async for key in self._redis.scan_iter(match=f"{begin}*", count=AT_ONCE):
            name = key.decode()[len(begin) :]
            if name not in _STAYS and not name.startswith(_RECEIPTS):
                together.append(name)
            if len(together) == AT_ONCE:
                yield together
                together = []
        if together:
            yield together

    async def _unlink(self, store: ChatStore, names: list[str]) -> None:
        keys = [store.key("floor"), *map(store.key, names)]
        _taken(await self._run(_UNLINK, keys, EVERYTHING_MS))

    async def _run(self, script: str, keys: list[str], *arguments: str | bytes | int) -> int:
        return int(await self._redis.eval(script, len(keys), *keys, *cast("tuple[Any, ...]", arguments)))


def _taken(answer: int) -> None:
    if answer < 0:
        raise Overtaken


def _names(records: Sequence[MessageRecord], since_ms: int) -> list[str]:
    """What reports may call the messages that were said since then."""
    late = [record for record in records if record.said is None or record.said.sent_ms > since_ms]
    return sorted({name for record in late for name in (record.id, record.wamid) if name})
