"""Runs Lua scripts, those of one turn of the loop in one round trip, in the order in which they were asked for."""

import asyncio
import hashlib
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

import structlog
from redis.asyncio import RedisCluster
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import NoScriptError, ResponseError

from shared.redis import Redis, is_outage
from shared.replicas import WAIT, Replicas

log = structlog.get_logger(__name__)

TOGETHER_MAX = 256  # a batch holds the server for a few milliseconds at most
# A server that fsyncs always answers at once. One that does so once a second would add up to that second to each send:
# it is not waited for, and after its restart it is not trusted to know what it had been told (see claims.py).
FSYNC_MS_MAX = 200
FSYNC_AGAIN_S = 600.0  # when a server that was late, or cannot say, is asked again

Argument = str | bytes | int | float

NOW = """
local function now_ms(given)
  if given and given ~= '' then return tonumber(given) end
  local time = redis.call('TIME')
  return time[1] * 1000 + time[2] / 1000
end
"""


class Script:
    """A script and its digest."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.sha = hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()


@dataclass(slots=True)
class _Call:
    script: Script
    keys: Sequence[str]
    arguments: Sequence[Argument]
    answer: "asyncio.Future[Any]"


class Scripts:
    """One at a time in flight keeps the order; `durable` waits for the append-only file and a replica, if not long."""

    def __init__(self, redis: Redis, *, in_flight_max: int = 1, durable: bool = False, fsync: bool = True) -> None:
        self._redis = redis
        self._in_flight_max = in_flight_max
        self._is_cluster = isinstance(redis, RedisCluster)
        self._fsyncs = durable and fsync and not self._is_cluster
        self._replicas = Replicas(redis) if durable else None
        self._ask_fsync_s = 0.0
        self._waiting: deque[_Call] = deque()
        self._in_flight: set[asyncio.Task[None]] = set()
        self._start_is_due = False

    async def fsyncs_always(self) -> bool:
        """Whether everything that the store has answered is on disk, as far as it lets us know."""
        try:
            told = await self._redis.config_get("append*")
        except ResponseError as error:
            if is_outage(error):
                raise
            return False  # a managed server keeps its settings to itself
        return (told.get("appendonly"), told.get("appendfsync")) == ("yes", "always")

    async def run(self, script: Script, keys: Sequence[str], arguments: Sequence[Argument] = ()) -> Any:
        """The script's answer; an outage is raised as such, and the script may then have run or not."""
        loop = asyncio.get_running_loop()
        call = _Call(script, keys, arguments, loop.create_future())
        self._waiting.append(call)
        if not self._start_is_due:
            self._start_is_due = True
            loop.call_soon(self._start)
        return await call.answer

    def _start(self) -> None:
        self._start_is_due = False
        while self._waiting and len(self._in_flight) < self._in_flight_max:
            calls = [self._waiting.popleft() for _ in range(min(TOGETHER_MAX, len(self._waiting)))]
            running = asyncio.get_running_loop().create_task(self._run(calls))
            self._in_flight.add(running)
            running.add_done_callback(self._ended)

    def _ended(self, running: "asyncio.Task[None]") -> None:
        self._in_flight.discard(running)
        self._start()

    async def _run(self, calls: Sequence[_Call]) -> None:
        try:
            answers = await self._answers(calls, by_digest=True)
            unknown = [n for n, answer in enumerate(answers) if isinstance(answer, NoScriptError)]
            if unknown:
                again = await self._answers([calls[n] for n in unknown], by_digest=False)
                for n, answer in zip(unknown, again, strict=True):
                    answers[n] = answer
        except BaseException as error:
            # Each waiter gets an error of its own: an exception that several raise grows with each of them.
            for call in calls:
                if not call.answer.done():
                    call.answer.set_exception(_own(error))
            if not isinstance(error, Exception):
                raise
            return
        for call, answer in zip(calls, answers, strict=True):
            if call.answer.done():
                continue
            if isinstance(answer, Exception):
                call.answer.set_exception(_own(answer))
            else:
                call.answer.set_result(answer)

    async def _answers(self, calls: Sequence[_Call], *, by_digest: bool) -> list[Any]:
        if self._is_cluster:
            asked = (self._ask_cluster(call, by_digest=by_digest) for call in calls)
            return list(await asyncio.gather(*asked, return_exceptions=True))
        replicas = self._replicas if self._replicas and await self._replicas.worth_waiting() else None
        async with self._redis.pipeline(transaction=False) as pipeline:
            for call in calls:
                pipeline.execute_command(*_command(call, by_digest=by_digest))
            if replicas:
                pipeline.execute_command(*WAIT)
            waits = self._fsyncs and asyncio.get_running_loop().time() >= self._ask_fsync_s
            if waits:
                pipeline.execute_command("WAITAOF", 1, 0, FSYNC_MS_MAX)
            answers = await pipeline.execute(raise_on_error=False)
        if waits:
            self._judge_fsync(answers.pop())
        if replicas:
            replicas.judge(answers.pop())
        return answers

    async def _ask_cluster(self, call: _Call, *, by_digest: bool) -> Any:
        command = _command(call, by_digest=by_digest)
        if self._replicas is not None and call.keys:
            return await self._replicas.run(call.keys[0], *command)
        return await self._redis.execute_command(*command)  # type: ignore[no-untyped-call]

    def _judge_fsync(self, answer: Any) -> None:
        if isinstance(answer, Exception) and is_outage(answer):
            raise answer
        # Servers before 7.2 do not know it, and one without an append-only file has nothing to wait for.
        if isinstance(answer, Exception) or cast("list[int]", answer)[0] < 1:
            self._ask_fsync_s = asyncio.get_running_loop().time() + FSYNC_AGAIN_S
            log.info("store.fsync_late", refused=isinstance(answer, Exception))


def _command(call: _Call, *, by_digest: bool) -> tuple[Argument, ...]:
    which = ("EVALSHA", call.script.sha) if by_digest else ("EVAL", call.script.text)
    return (*which, len(call.keys), *call.keys, *call.arguments)


def _own(error: BaseException) -> Exception:
    if not isinstance(error, Exception):
        return RedisConnectionError("cancelled")
    if is_outage(error):
        return RedisConnectionError(type(error).__name__)
    return type(error)(*error.args)
