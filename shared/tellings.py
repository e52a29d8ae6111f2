"""When a number's feed told something: a walk through the changes that it still holds, by the time of their entries."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Any, cast

import orjson

from shared.contract.ids import NumberId, WorkspaceId
from shared.feed import feed_key
from shared.redis import Redis

AT_ONCE = 250  # entries of one look, some hundred kilobytes
LOOKED_AT_MAX = 2_000  # entries behind one moment: seconds of the busiest number, days of most
WALKS_AT_ONCE = 2  # of one process: nobody waits long for so little, and many who ask must not hold up the store
SKEW_MS = 1_000  # an entry bears the store's time, a moment that of another server

Told = Callable[[dict[str, Any]], bool]


class Tellings:
    """Finds in the feed when a message was told to browsers."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._places = asyncio.Semaphore(WALKS_AT_ONCE)

    async def begin_ms(self, workspace_id: WorkspaceId, number_id: NumberId) -> int | None:
        """When the oldest change that is left was told; None while there is none."""
        oldest = await self._redis.xrange(feed_key(workspace_id, number_id), count=1)
        return _told_ms(cast("bytes", oldest[0][0])) if oldest else None

    async def of_message(
        self, workspace_id: WorkspaceId, number_id: NumberId, message_id: str, wanted: Mapping[str, tuple[int, Told]]
    ) -> dict[str, int]:
        """When the message was first told so that something was true of it, for each by its name.

        Each comes with the moment before which it was not so. What is from before the oldest change is left out, since
        the first that tells of it may be gone; so is what lies too many changes behind its moment.
        """
        async with self._places:
            begin_ms = await self.begin_ms(workspace_id, number_id)
            if begin_ms is None:
                return {}
            walk = _Walk(message_id, wanted)
            for name, (at_ms, _) in sorted(wanted.items(), key=lambda each: each[1][0]):
                if begin_ms <= at_ms:
                    await self._look(feed_key(workspace_id, number_id), walk, name, max(0, at_ms - SKEW_MS))
        return {name: told_ms for name, told_ms in walk.found.items() if begin_ms <= wanted[name][0]}

    async def _look(self, key: str, walk: "_Walk", name: str, from_ms: int) -> None:
        looked_at = 0
        while name not in walk.found and looked_at < LOOKED_AT_MAX:
            begin = f"({walk.reached}" if from_ms < _told_ms(walk.reached) else str(from_ms)
            entries = cast(
                "list[tuple[bytes, dict[bytes, bytes]]]", await self._redis.xrange(key, begin, "+", count=AT_ONCE)
            )
            if not entries:
                return
            for entry_id, fields in entries:
                walk.see(entry_id, fields[b"c"])
            looked_at += len(entries)
        walk.end(name)


class _Walk:
    """How far the feed has been looked through, and what was found there."""

    def __init__(self, message_id: str, wanted: Mapping[str, tuple[int, Told]]) -> None:
        self._message_id = message_id
        self._named = orjson.dumps(message_id)
        self._wanted = dict(wanted)
        self.reached = "0-0"
        self.found: dict[str, int] = {}

    def end(self, name: str) -> None:
        """It is looked for no longer: between here and the next moment it may be told without being seen."""
        del self._wanted[name]

    def see(self, entry_id: bytes, change: bytes) -> None:
        """One change, in the order of the feed."""
        self.reached = entry_id.decode()
        if not change.startswith(b'{"kind":"message"') or self._named not in change:
            return
        value = orjson.loads(change)["value"]
        if value["id"] != self._message_id:
            return
        for name, (_, is_told) in self._wanted.items():
            if name not in self.found and is_told(value):
                self.found[name] = _told_ms(entry_id)


def _told_ms(entry_id: bytes | str) -> int:
    text = entry_id.decode() if isinstance(entry_id, bytes) else entry_id
    return int(text.partition("-")[0])
