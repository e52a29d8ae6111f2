"""Reads that are wanted at the same time leave in one round trip: what a client costs is paid once for all of them."""

import asyncio
from collections import deque
from collections.abc import Sequence
from typing import Any, cast

from redis.asyncio import RedisCluster
from redis.commands.core import AsyncScript
from redis.exceptions import NoScriptError

from shared.redis import Redis

TOGETHER_MAX = 32  # pages; with 20 kilobytes each less than a megabyte at once
# While so many round trips are under way the next wants gather: a lone one never waits, and a slow one holds up few.
UNDER_WAY_MAX = 4


class _Wanted:
    """One script that somebody waits for."""

    __slots__ = ("answer", "arguments", "keys", "script")

    def __init__(self, script: AsyncScript, keys: Sequence[str], arguments: Sequence[str | int | bytes]) -> None:
        self.script = script
        self.keys = keys
        self.arguments = arguments
        self.answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()

    def told(self, found: Any) -> None:
        if self.answer.done():
            return  # whoever wanted it has gone away
        if isinstance(found, BaseException):
            self.answer.set_exception(found)
        else:
            self.answer.set_result(found)


class Gathering:
    """Runs scripts that only read. On a cluster each has a round trip of its own: numbers live on many nodes."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._alone = isinstance(redis, RedisCluster)
        self._wanted: deque[_Wanted] = deque()  # as many as there are callers: connections are bounded
        self._under_way: set[asyncio.Task[None]] = set()
        self._is_due = False

    async def run(self, script: AsyncScript, keys: Sequence[str], arguments: Sequence[str | int | bytes]) -> Any:
        """What the script answers; raises what Redis raises."""
        if self._alone:
            return await script(keys=keys, args=arguments)
        wanted = _Wanted(script, keys, arguments)
        self._wanted.append(wanted)
        if not self._is_due and len(self._under_way) < UNDER_WAY_MAX:
            # After all that this turn of the loop brings.
            self._is_due = True
            asyncio.get_running_loop().call_soon(self._leave)
        return await wanted.answer

    def _leave(self) -> None:
        self._is_due = False
        while self._wanted and len(self._under_way) < UNDER_WAY_MAX:
            together = [self._wanted.popleft() for _ in range(min(TOGETHER_MAX, len(self._wanted)))]
            way = asyncio.create_task(self._asked([wanted for wanted in together if not wanted.answer.done()]))
            self._under_way.add(way)
            way.add_done_callback(self._back)

    def _back(self, way: "asyncio.Task[None]") -> None:
        self._under_way.discard(way)
        self._leave()

    async def _asked(self, together: list[_Wanted]) -> None:
        try:
            found = await self._found(together)
        except Exception as error:
            found = [error] * len(together)
        except asyncio.CancelledError:
            for wanted in together:
                wanted.answer.cancel()
            raise
        for wanted, answer in zip(together, found, strict=True):
            wanted.told(await self._loaded(wanted) if isinstance(answer, NoScriptError) else answer)

    async def _found(self, together: list[_Wanted]) -> list[Any]:
        if len(together) == 1:
            return [await self._loaded(together[0])]
        pipeline = self._redis.pipeline(transaction=False)
        for wanted in together:
            pipeline.evalsha(
                wanted.script.sha, len(wanted.keys), *wanted.keys, *cast("Sequence[str]", wanted.arguments)
            )
        return await pipeline.execute(raise_on_error=False)

    async def _loaded(self, wanted: _Wanted) -> Any:
        """The answer, or what it failed by; a server that has forgotten the script is told it again."""
        try:
            return await wanted.script(keys=wanted.keys, args=wanted.arguments)
        except Exception as error:
            return error
