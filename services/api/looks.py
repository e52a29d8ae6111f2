"""A look at each number now and then: has what was missing come, and is it silent? Each number by one projector."""

from collections.abc import Awaitable
from typing import Any, cast

from services.api.facts import Owner
from shared.contract.ids import NumberId, WorkspaceId
from shared.redis import Redis

# Numbers by when their next look is due; a number is in it from its first webhook on. One key for the installation:
# it holds no facts, and a number that is missing from it comes back with its next webhook.
KEY = "looks"

NUMBERS_PER_PASS = 100  # taken at once; with one look a minute a pass has time for thousands

# KEYS: looks. ARGV: now, when they are due again, how many. Taking a number is putting off its next look, so that of
# several projectors one looks; if that one dies, somebody does a minute later.
_TAKE = """
local due = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', ARGV[1], 'LIMIT', 0, ARGV[3])
for _, number in ipairs(due) do redis.call('ZADD', KEYS[1], 'XX', ARGV[2], number) end
return due
"""


class Looks:
    """Who is to be looked at, and when."""

    def __init__(self, redis: Redis, every_s: float) -> None:
        self._redis = redis
        self._every_ms = round(every_s * 1000)

    async def expect(self, owner: Owner, now_ms: int) -> None:
        """A webhook of this number came: from now on it is looked at."""
        await self._redis.zadd(KEY, {" ".join(owner): now_ms + self._every_ms}, nx=True)

    async def take(self, now_ms: int) -> list[Owner]:
        """Some numbers whose look is due, for this projector."""
        arguments = (str(now_ms), str(now_ms + self._every_ms), str(NUMBERS_PER_PASS))
        due = await cast("Awaitable[list[Any]]", self._redis.eval(_TAKE, 1, KEY, *arguments))
        pairs = [member.decode().split(" ") for member in due]
        return [(WorkspaceId(workspace), NumberId(number)) for workspace, number in pairs]

    async def drop(self, owner: Owner) -> None:
        """There is no such number any more."""
        await self._redis.zrem(KEY, " ".join(owner))
