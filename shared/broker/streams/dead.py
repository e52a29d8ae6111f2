"""What a person can do about the embedded broker's dead letters."""

from collections.abc import Sequence
from typing import Any, cast

import orjson

from shared import redis
from shared.broker.door import DeadLetter, DeadQueue
from shared.broker.streams import scripts
from shared.broker.streams.keys import StreamKeys
from shared.topology import Topology

MOVED_TOGETHER = 100  # some of them hold a whole batch, and the server does nothing else meanwhile


class DeadLetters:
    """Reads them, and moves or forgets them in small steps."""

    def __init__(self, store: redis.Redis, keys: StreamKeys, topology: Topology) -> None:
        self._store = store
        self._keys = keys
        self._topology = topology
        self._move = store.register_script(scripts.MOVE_DEAD)

    async def count(self, queue_name: str) -> DeadQueue:
        """How many there are, and the oldest of them."""
        oldest = await self.show(queue_name, 1)
        count = int(await self._store.xlen(self._keys.dead(queue_name)))
        return DeadQueue(count, oldest[0].buried_at_ms if oldest else None)

    async def show(self, queue_name: str, count: int) -> Sequence[DeadLetter]:
        """The oldest `count`, left where they are."""
        entries: Any = await self._store.xrange(self._keys.dead(queue_name), count=count)
        return [_letter(fields) for _, fields in entries]

    async def replay(self, queue_name: str, count: int, only: str | None = None) -> int:
        """Give the oldest `count`, or the one of this id among them, back to their queue; how many went."""
        target = self._topology.replays_to[queue_name]
        keys = [self._keys.sizes, self._keys.dead(queue_name), self._keys.queue(target.name)]
        return await self._moved(keys, count, target.bytes_max, only)

    async def drop(self, queue_name: str, count: int, only: str | None = None) -> int:
        """Forget the oldest `count`, or the one of this id among them; how many went."""
        return await self._moved([self._keys.sizes, self._keys.dead(queue_name)], count, 0, only)

    async def _moved(self, keys: list[str], count: int, bytes_max: int, only: str | None) -> int:
        if only is not None:
            entry = await self._found(keys[1], only, count)
            return int(await self._move(keys, [1, bytes_max, entry, entry])) if entry else 0
        # No further than there are now: what is buried again while it is replayed is for the next time.
        newest: Any = await self._store.xrevrange(keys[1], count=1)
        moved = 0
        while newest and moved < count:
            step = min(MOVED_TOGETHER, count - moved)
            went = int(await self._move(keys, [step, bytes_max, "-", newest[0][0]]))
            moved += went
            if went < step:
                break
        return moved

    async def _found(self, stream: str, letter_id: str, count: int) -> bytes | None:
        """The entry of this id among the oldest so many."""
        begin = "-"
        while count > 0:
            entries: Any = await self._store.xrange(stream, min=begin, count=min(MOVED_TOGETHER, count))
            for entry_id, fields in entries:
                if _letter(fields).id == letter_id:
                    return cast("bytes", entry_id)
            if not entries:
                break
            begin = f"({entries[-1][0].decode()}"
            count -= len(entries)
        return None


def _letter(fields: dict[bytes, Any]) -> DeadLetter:
    return DeadLetter(
        body=fields[b"b"],
        headers=orjson.loads(fields[b"h"]),
        reason=fields[b"r"].decode(errors="replace"),
        attempts=int(fields[b"n"]),
        buried_at_ms=int(fields[b"t"]),
    )
