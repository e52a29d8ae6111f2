"""The readers of one embedded queue: who is alive, and who takes over from whom."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from uuid_utils import uuid7

from shared import redis
from shared.broker.streams import scripts
from shared.broker.streams.keys import StreamKeys
from shared.topology import Queue, Topology

GROUP = "readers"
ANSWER_S_MAX = 5.0
SILENT_S_MAX = 30  # a reader that is connected but has said nothing for so long hangs: it loses what it has in hand


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the stream, handed to this reader for the `attempt`th time."""

    id: bytes
    attempt: int
    body: bytes
    headers: bytes


class Group:
    """Membership of one reader: its connection carries its name, so the server's own list says who is alive."""

    def __init__(self, url: str, store: redis.Redis, keys: StreamKeys, queue: Queue, topology: Topology) -> None:
        self._pool = redis.connect(url, blocking=True)
        self._connection = self._pool.client()
        self._store = store
        self._keys = keys
        self._queue = queue
        self._topology = topology
        self._stream = keys.queue(queue.name)
        self._name = f"reader-{uuid7()}"
        self._join = store.register_script(scripts.JOIN)
        self._give_back = store.register_script(scripts.GIVE_BACK)
        self._take_over = store.register_script(scripts.TAKE_OVER)

    async def join(self) -> None:
        """Be known as alive before the first read: a consumer without a connection of its name counts as dead."""
        await self._connection.client_setname(self._name)
        await self._join([self._stream], [GROUP])

    async def leave(self) -> None:
        """What is unsettled goes to others."""
        for opened in (self._connection, self._pool):
            with suppress(redis.RedisError, OSError):
                await opened.aclose()

    async def read(self, count: int, wait_s: float) -> Sequence[Entry]:
        """New entries, as soon as there is one."""
        # Without a deadline of its own a read would wait for ever on a connection that is dead in silence.
        async with asyncio.timeout(wait_s + ANSWER_S_MAX):
            streams: Any = await self._connection.xreadgroup(
                GROUP, self._name, {self._stream: ">"}, count=count, block=int(wait_s * 1000)
            )
        return [
            Entry(entry_id, 1, fields[b"b"], fields[b"h"]) for _, entries in streams for entry_id, fields in entries
        ]

    async def sign_of_life(self) -> None:
        """Say that we are alive when there is no room to read."""
        async with asyncio.timeout(ANSWER_S_MAX):
            await self._connection.ping()

    async def give_back(self, entries: Sequence[tuple[bytes, int]]) -> None:
        """Leave entries, each with its attempt, to others as though they had never been delivered here."""
        arguments = [argument for entry_id, attempt in entries for argument in (entry_id, attempt - 1)]
        await self._give_back([self._stream], [GROUP, *arguments])

    async def take_over(self, count: int) -> Sequence[Entry]:
        """Up to `count` entries that readers had in hand who are gone."""
        async with asyncio.timeout(ANSWER_S_MAX):
            gone = await self._gone()
            if not gone:
                return []
            topology, queue = self._topology, self._queue
            taken = await self._take_over(
                [self._keys.sizes, self._stream, self._keys.dead(queue.dead)],
                [GROUP, self._name, count, topology.delivery_limit, topology.dead_bytes_max, queue.name, *gone],
            )
        return [Entry(entry_id, attempt, fields[1], fields[3]) for entry_id, attempt, fields in taken]

    async def _gone(self) -> Sequence[str]:
        # In this order: a reader that joins between the two has a connection before it has anything in hand.
        consumers = await self._store.xinfo_consumers(self._stream, GROUP)
        connections = await self._store.client_list()
        alive = {one["name"] for one in connections if int(one["idle"]) < SILENT_S_MAX}
        names = [consumer["name"].decode() for consumer in consumers]
        return [name for name in names if name not in alive and name != self._name]
