"""What the sender must not send any more because its customer was erased; read at each attempt."""

from collections.abc import Awaitable, Iterable
from typing import cast

from shared.contract.commands import SendMessage, decode
from shared.contract.ids import NumberId, WorkspaceId, tag
from shared.crowd import pending_key
from shared.redis import Redis

KEPT_MS = 9 * 24 * 3600 * 1000  # longer than anybody repeats a command, or keeps its claim


def mark_key(workspace_id: WorkspaceId, number_id: NumberId, lane: str) -> str:
    """Until when, in milliseconds since 1970, what was asked for in this lane is erased."""
    return f"{tag(workspace_id, number_id)}:send:erased:{lane}"


def mark_of_all_key(workspace_id: WorkspaceId, number_id: NumberId) -> str:
    """The same of the whole number."""
    return f"{tag(workspace_id, number_id)}:send:erased"


class ErasedSends:
    """Marks lanes, and clears what the sender keeps of them."""

    def __init__(self, redis: Redis, workspace_id: WorkspaceId, number_id: NumberId) -> None:
        self._redis = redis
        self._ids = (workspace_id, number_id)
        self._parked = f"{tag(workspace_id, number_id)}:send:parked"

    async def mark(self, lanes: Iterable[str], at_ms: int) -> None:
        """From now on nothing that was asked for in these until then is sent."""
        for lane in lanes:
            await self._redis.set(mark_key(*self._ids, lane), at_ms, px=KEPT_MS)

    async def mark_all(self, at_ms: int) -> None:
        """From now on nothing that was asked for until then is sent, whoever it is for."""
        await self._redis.set(mark_of_all_key(*self._ids), at_ms, px=KEPT_MS)

    async def unpark(self, lanes: Iterable[str], at_ms: int) -> None:
        """Remove what waits for other credentials."""
        erased = set(lanes)
        cursor = 0
        while True:
            cursor, found = await cast(
                "Awaitable[tuple[int, list[tuple[bytes, float]]]]",
                self._redis.zscan(self._parked, cursor, count=100),
            )
            commands = [(body, decode(body)) for body, _ in found]
            gone = {
                body: c.message_id
                for body, c in commands
                if isinstance(c, SendMessage) and c.lane in erased and c.at_ms <= at_ms
            }
            if gone:
                await self._redis.zrem(self._parked, *gone)
                await self._redis.zrem(pending_key(*self._ids), *gone.values())
            if not cursor:
                return

    async def forget_ends(self, claims: Iterable[str]) -> None:
        """What became of these messages is told to nobody again: it names the customer, or tells of one."""
        for claim in claims:
            await self._redis.hdel(claim, "event", "attempts")
