"""What a stored message takes in Redis, beside the JSON that it is told as: at a thousand conversations and at more."""

import os
import secrets
from collections.abc import Awaitable
from dataclasses import dataclass
from typing import cast

from bench import conversations as chats
from bench.ratios import Estimate
from bench.result import Bar, Figure, Result, Unit
from bench.stage import Bench, Stage
from bench.webhooks import NUMBER_ID
from services.api import rounds, views
from services.api.records import parse_message_row
from services.api.store import ChatStore, ChatStores
from shared import redis
from shared.contract.ids import ContactId, NumberId, WorkspaceId
from shared.feed import feed_key
from shared.process import now_ms

# As deploy/redis/redis.conf and the embedded store have it.
SETTING = ("zset-max-listpack-value", "128")
CUSTOMERS_AT_ONCE = 50
SAMPLES = 1_000
# As many conversations as in the issue, ten minutes of filling: BENCH_CONVERSATIONS=100000.
MOST = int(os.environ.get("BENCH_CONVERSATIONS", "0"))


@dataclass(frozen=True, slots=True)
class Weight:
    """Bytes for each message."""

    conversations: int
    state: float  # everything but the feed
    feed: float
    json: float

    @property
    def ratio(self) -> float:
        """Of the state to the message's own JSON."""
        return self.state / self.json


async def run(stage: Stage, bench: Bench) -> Result:
    """The figure at each size; the last is held to the bar."""
    sizes = sorted({max(1, bench.size.facts // 10), bench.size.facts, MOST or bench.size.facts})
    async with redis.connect(bench.servers.redis.url) as store:
        before = str((await store.config_get(SETTING[0]))[SETTING[0]])
        await store.config_set(*SETTING)
        try:
            weights = [await _weigh(bench, store, size) for size in sizes]
        finally:
            await store.config_set(SETTING[0], before)
    last = weights[-1]
    with_feed = (last.state + last.feed) / last.json
    return Result(
        stage=stage.name,
        title=stage.title,
        against=stage.against,
        figures=[
            _figure(
                "memory of a stored message to its own JSON", "x", last.ratio, Bar(must=2, stretch=1.2, at_most=True)
            ),
            _figure("the same with the feed, which is bounded for each number", "x", with_feed),
            *(
                _figure(f"bytes of a message at {weight.conversations:,} conversations", "B", weight.state)
                for weight in weights
            ),
            _figure("ten times the conversations", "x", weights[-1].state / weights[-2].state),
            _figure("JSON of a message", "B", last.json),
        ],
        rounds=[],
        settings={
            "conversations": f"{last.conversations:,} of {chats.MESSAGES} messages each, half of them sent and read",
            "Redis": " ".join(SETTING),
        },
        ledger=f"{last.conversations * chats.MESSAGES} messages told and all of them stored",
    )


async def _weigh(bench: Bench, redis_: redis.Redis, conversations: int) -> Weight:
    workspace_id, number_id = WorkspaceId(secrets.token_hex(16)), NumberId(NUMBER_ID)
    store, feed = ChatStores(redis_).of(workspace_id, number_id), feed_key(workspace_id, number_id)
    empty = await _used(redis_)
    began_ms = now_ms() - 3_600_000
    for first in range(0, conversations, CUSTOMERS_AT_ONCE):
        customers = range(first, min(first + CUSTOMERS_AT_ONCE, conversations))
        await rounds.land(store, number_id, list(chats.facts(workspace_id, customers, began_ms)))
    used = await _used(redis_) - empty
    count = await redis_.hlen(store.key("messages"))
    if count != conversations * chats.MESSAGES:
        raise RuntimeError(f"{count} messages of {conversations * chats.MESSAGES} are stored")
    own = await _json(store, number_id)
    of_feed = cast("int", await redis_.memory_usage(feed, samples=0))
    await _forget(store)
    weight = Weight(conversations, (used - of_feed) / count, of_feed / count, own)
    bench.say(
        f"{conversations:,} conversations: {weight.state:.0f} B a message and {weight.feed:.0f} B of feed,"
        f" {weight.json:.0f} B of JSON: {weight.ratio:.2f} x"
    )
    return weight


async def _used(redis_: redis.Redis) -> int:
    """All that the store has allocated, but for what it holds for connections and the disk."""
    told = await redis_.info("memory")
    return int(told["used_memory"]) - int(told["mem_clients_normal"]) - int(told.get("mem_aof_buffer", 0))


async def _json(store: ChatStore, number_id: NumberId) -> float:
    """The mean of some messages, as a browser is told them."""
    names = await cast("Awaitable[list[str]]", store.redis.hrandfield(store.key("messages"), SAMPLES))
    found = await cast("Awaitable[list[bytes]]", store.redis.hmget(store.key("messages"), names))
    told = [views.message(number_id, ContactId("US.13491208655302741918"), parse_message_row(row)[1]) for row in found]
    return sum(len(one.json_bytes()) for one in told) / len(told)


async def _forget(store: ChatStore) -> None:
    keys: list[bytes] = []
    async for key in store.redis.scan_iter(f"{store.tag}*", count=1_000):
        keys.append(key)
    for first in range(0, len(keys), 1_000):
        await store.redis.unlink(*keys[first : first + 1_000])


def _figure(name: str, unit: Unit, value: float, bar: Bar | None = None) -> Figure:
    """Memory is counted, not estimated: there is nothing between low and high."""
    return Figure.of(name, unit, Estimate(median=value, low=value, high=value), bar)


STAGE = Stage("g17", "memory in Redis of a stored message", "its own JSON", run)
