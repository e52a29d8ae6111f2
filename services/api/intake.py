"""Takes what agents send: clicks of one moment go to the store in one round trip, which finds and notes all at once."""

import asyncio
from collections import deque
from contextlib import suppress
from typing import Any, NamedTuple, cast

from redis.asyncio import RedisCluster
from redis.exceptions import NoScriptError, RedisError

from services.api.ledger import KEPT_S, Entry, request_key
from services.api.queries import SendTarget, target_of
from services.api.scripts import THREAD_OF
from services.api.thread import ThreadRecord
from shared.contract.ids import ContactId, MessageId, NumberId, WorkspaceId, tag
from shared.crowd import CHOOSE_LUA, KEPT_MS, TOGETHER_MAX, Way, pending_key
from shared.redis import Redis
from shared.round_trip import round_trip

# After some have left the next wait for so long: a lone click never does, and nobody notices a hundredth of a second.
PAUSE_S = 0.02
AT_ONCE_MAX = 64  # in one round trip: some milliseconds of the store's time
UNDER_WAY_MAX = 4

# KEYS: tag, request, pending. ARGV: a contact's identifier, the message, its entry without a lane, for how long that is
# kept, when it was asked, and what `choose` is told. Answers nothing for an unknown contact; the thread and the entry
# that was there before; or the thread, nothing, and the way. In one step: a merge would move what was just looked up.
_TAKE = (
    THREAD_OF
    + CHOOSE_LUA
    + """
local id, thread = thread_of(KEYS[1], ARGV[1])
if not thread then return {} end
local entry = string.sub(ARGV[3], 1, -2) .. ',"lane":' .. cjson.encode(id) .. '}'
local before = redis.call('SET', KEYS[2], entry, 'NX', 'GET', 'EX', ARGV[4])
if before then return {thread, before} end
return {thread, false, choose(KEYS[3], ARGV[2], ARGV[5], ARGV[6], ARGV[7])}
"""
)


class Taken(NamedTuple):
    """Where it goes; and the way, or, if it was asked for before, the first request."""

    to: SendTarget
    way: Way | None
    first: Entry | None


class _Click:
    """One that somebody waits for."""

    __slots__ = ("answer", "arguments", "keys")

    def __init__(self, keys: list[str], arguments: list[str | int]) -> None:
        self.keys = keys
        self.arguments = arguments
        self.answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()


class Intake:
    """Of all numbers. On a cluster each click has a round trip of its own: numbers live on many nodes."""

    def __init__(self, redis: Redis, *, pause_s: float = PAUSE_S) -> None:
        self._redis = redis
        self._alone = isinstance(redis, RedisCluster)
        self._pause_s = pause_s
        self._take = redis.register_script(_TAKE)
        self._wanted: deque[_Click] = deque()  # as many as there are callers: connections are bounded
        self._under_way: set[asyncio.Task[None]] = set()
        self._is_due = False
        self._left_s = float("-inf")

    async def take(
        self, workspace_id: WorkspaceId, number_id: NumberId, contact: ContactId, message_id: MessageId, entry: Entry
    ) -> Taken | None:
        """Note that it was asked for, unless it was before; None, and no note, for an unknown contact."""
        keys = [
            tag(workspace_id, number_id),
            request_key(workspace_id, number_id, message_id),
            pending_key(workspace_id, number_id),
        ]
        told = entry.model_dump_json(exclude={"lane"})
        found = await self._found(keys, [contact, message_id, told, KEPT_S, entry.at_ms, TOGETHER_MAX, KEPT_MS])
        if not found:
            return None
        thread, before, *way = found
        to = target_of(ThreadRecord.model_validate_json(thread))
        if before is not None:
            return Taken(to, None, Entry.model_validate_json(before))
        return Taken(to, cast("Way", tuple(way[0])), None)

    async def _found(self, keys: list[str], arguments: list[str | int]) -> Any:
        if self._alone:
            return await self._take(keys, arguments)
        click = _Click(keys, arguments)
        self._wanted.append(click)
        self._be_due()
        return await click.answer

    def _be_due(self) -> None:
        if self._is_due or not self._wanted or len(self._under_way) >= UNDER_WAY_MAX:
            return
        self._is_due = True
        loop = asyncio.get_running_loop()
        wait_s = self._left_s + self._pause_s - loop.time()
        if wait_s > 0:
            loop.call_later(wait_s, self._leave)
        else:
            loop.call_soon(self._leave)  # after all that this turn of the loop brings

    def _leave(self) -> None:
        self._is_due = False
        loop = asyncio.get_running_loop()
        self._left_s = loop.time()
        together = [self._wanted.popleft() for _ in range(min(AT_ONCE_MAX, len(self._wanted)))]
        way = loop.create_task(self._asked([click for click in together if not click.answer.done()]))
        self._under_way.add(way)
        way.add_done_callback(self._back)
        self._be_due()

    def _back(self, way: "asyncio.Task[None]") -> None:
        self._under_way.discard(way)
        self._be_due()

    async def _asked(self, together: list[_Click]) -> None:
        sha = self._take.sha
        try:
            found = await round_trip(
                self._redis, [("EVALSHA", sha, len(click.keys), *click.keys, *click.arguments) for click in together]
            )
        except Exception as error:
            found = [error] * len(together)
        except asyncio.CancelledError:
            for click in together:
                click.answer.cancel()
            raise
        gone: list[_Click] = []
        for click, answer in zip(together, found, strict=True):
            told = await self._loaded(click) if isinstance(answer, NoScriptError) else answer
            if click.answer.done():
                if isinstance(told, list) and len(told) > 2:
                    gone.append(click)
            elif isinstance(told, BaseException):
                click.answer.set_exception(told)
            else:
                click.answer.set_result(told)
        await self._forget(gone)

    async def _loaded(self, click: _Click) -> Any:
        """The answer, or what it failed by, of a server that has to be told the script."""
        try:
            return await self._take(click.keys, click.arguments)
        except Exception as error:
            return error

    async def _forget(self, gone: list[_Click]) -> None:
        """Who asked went away meanwhile: nobody will publish these, so none of their numbers may wait for them."""
        if gone:
            with suppress(RedisError, OSError):  # the store forgets them by itself, later
                await round_trip(self._redis, [("ZREM", click.keys[2], click.arguments[1]) for click in gone])
