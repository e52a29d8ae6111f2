"""An installation whose Redis is lost: the same number before and after, and everything that is kept of it."""

import asyncio
import base64
import secrets
import uuid
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any, cast

import orjson

from services.api import projector
from services.api.awaited import Awaited
from services.api.projection import Fact
from services.api.projector import ProjectorSettings
from services.api.rebuild import Pass, Rebuild, Tally
from shared.broker import Archive, Broker
from shared.contract.events import Event
from shared.erasure_key import ErasureKeys
from shared.process import Ground
from shared.topology import COMMANDS, EVENTS, PROJECTOR
from shared.week import Week
from tests.real.brokers import Brokers
from tests.real.chat import Browser, Chat, chat, standing
from tests.real.waiting import until_answered
from tests.telling import came


@dataclass
class Headway:
    """What a rebuild says of its way; it can be stopped after so many bodies."""

    ground: Ground | None = None
    stop_after: int = 1_000_000
    begun: dict[Pass, tuple[int, int]] = field(default_factory=dict)
    advanced: int = 0

    def begin(self, step: Pass, total: int, done: int) -> None:
        """A pass."""
        self.begun[step] = total, done

    def advance(self, count: int) -> None:
        """So many more."""
        self.advanced += count
        if self.advanced >= self.stop_after and self.ground is not None:
            self.ground.stopping.set()


@dataclass
class Loss:
    """Two stores on one broker: what was made by live projectors, and what is made anew."""

    before: Ground
    after: Ground

    @property
    def archive(self) -> Archive:
        """Of the broker, which has one."""
        assert self.after.broker.archive is not None
        return self.after.broker.archive

    async def live(self, at: Chat, *facts: Fact) -> None:
        """These happen: through RabbitMQ, to the projectors that run."""
        async with publishing(self.before.broker, at) as publish:
            for fact in facts:
                await publish(fact)
        await self.landed()

    async def landed(self) -> None:
        """The queue is empty, and nothing of it is in hand."""
        marker = chat(self.before)
        await marker.ground.broker.publish(EVENTS, marker.line(came(uuid.uuid4().hex)))
        await until_answered(lambda: self.before.broker.backlog(PROJECTOR.name), lambda count: count == 0)
        await until_answered(lambda: marker.conversations(), len)

    def again(self, at: Chat) -> Chat:
        """The number in the other store."""
        return replace(chat(self.after), workspace_id=at.workspace_id)

    async def restored(self, *numbers: Chat) -> None:
        """As `restore` does it: settings are back, and no message is taken yet."""
        await self.after.redis.flushall()
        await Awaited(self.after.redis).begin()
        for at in numbers:
            erasure_key = await ErasureKeys(self.before.redis, self.before.vault).kept(at.workspace_id)
            if erasure_key is not None:
                await ErasureKeys(self.after.redis, self.after.vault).keep(at.workspace_id, erasure_key)
            record = await self.before.registry.number(at.workspace_id, at.number_id, fresh=True)
            if record is not None:
                await self.after.registry.save_number(record)

    async def rebuilt(self, headway: Headway | None = None, since: Week | None = None) -> Tally:
        """A run of the command."""
        self.after.stopping.clear()
        return await Rebuild(self.after, self.archive, headway or Headway()).run(since)


@asynccontextmanager
async def publishing(broker: Broker, at: Chat) -> AsyncIterator[Any]:
    """Several on their way at once, as in life; all confirmed in the end."""
    async with asyncio.TaskGroup() as group:

        async def publish(fact: Fact) -> None:
            exchange = EVENTS if isinstance(fact, Event) else COMMANDS
            group.create_task(broker.publish(exchange, at.line(fact)))
            await asyncio.sleep(0)

        yield publish


@asynccontextmanager
async def losing(amqp_url: str, redis_url: str, other_url: str, **settings: Any) -> AsyncIterator[Loss]:
    """Both, with a projector on the first."""
    brokers = Brokers(amqp_url)
    told = {
        "amqp_url": amqp_url,
        "broker_namespace": brokers.namespace,
        "secret_keys": base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
    }
    own = ProjectorSettings.model_validate({**told, "redis_url": redis_url, **settings})
    async with (
        standing(redis_url, **told) as before,
        standing(other_url, **told) as after,
        projector.running(before, own),
    ):
        yield Loss(before, after)
    await brokers.forget()


async def kept(at: Chat) -> dict[str, Any]:
    """Everything of a number: what a browser is shown, and what the store holds beside it, without its inner names."""
    browser = Browser()
    await browser.open(at)
    redis, store = at.ground.redis, at.store

    async def table(name: str) -> dict[bytes, bytes]:
        return await cast("Awaitable[dict[bytes, bytes]]", redis.hgetall(store.key(name)))

    threads = await table("threads")

    def living(thread: bytes) -> bytes:
        while threads[thread].startswith(b">"):
            thread = threads[thread][1:]
        return thread

    groups: dict[bytes, set[bytes]] = {}
    for name, thread in (await table("aliases")).items():
        groups.setdefault(living(thread), set()).add(name)
    early = {key: await redis.get(key) async for key in redis.scan_iter(f"{store.key('early')}:*")}
    records = [orjson.loads(row) for row in threads.values() if not row.startswith(b">")]
    return {
        "shown": browser.shown,
        "messages": {name: row.split(b"\n", 2)[2] for name, row in (await table("messages")).items()},
        "wamids": await table("wamids"),
        "aliases": sorted(sorted(group) for group in groups.values()),
        "early": early,
        "threads": sorted(orjson.dumps({**r, "id": 0, "revision": 0}, option=orjson.OPT_SORT_KEYS) for r in records),
        "search": sorted((await table("search")).values()),
        "status": await redis.get(store.key("status")),
        "unrecognised": await redis.zrange(store.key("unrecognised"), 0, -1, withscores=True),
        "reports": await redis.zrange(store.key("reports"), 0, -1, withscores=True),
        "parked": await redis.zrange(store.key("parked"), 0, -1, withscores=True),
    }
