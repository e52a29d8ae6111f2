"""Runs Lua scripts: those of one turn of the loop in one round trip, those of one number and kind as one script."""

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
from shared.round_trip import round_trip

log = structlog.get_logger(__name__)

TOGETHER_MAX = 256  # a batch holds the server for a few milliseconds at most
EACH_MAX = 64  # so many sends in one script: about a millisecond
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


class Each(Script):
    """A script that answers for many at once: its text is `local function one(k, a)`, for one of them.

    `KEYS[k + 1]` and `ARGV[a + 1]` are the first of its own; those that all share stand in front of them.
    """

    def __init__(self, text: str, *, shared: tuple[int, int], own: tuple[int, int], after: str = "") -> None:
        (shared_keys, shared_arguments), (own_keys, own_arguments) = shared, own
        super().__init__(
            f"""{text}
local answers = {{}}
for n = 0, (#ARGV - {shared_arguments}) / {own_arguments} - 1 do
  answers[n + 1] = one({shared_keys} + n * {own_keys}, {shared_arguments} + n * {own_arguments})
end
{after}
return answers
"""
        )


Part = tuple[Sequence[str], Sequence[Argument]]  # the keys and arguments of one of many


@dataclass(slots=True)
class _Call:
    script: Script
    keys: Sequence[str]
    arguments: Sequence[Argument]
    answer: "asyncio.Future[Any]"
    parts: Sequence[Part] | None = None


@dataclass(slots=True)
class _Command:
    """What goes to the server: one call, or several of a kind that share their keys."""

    script: Script
    keys: list[str]
    arguments: list[Argument]
    calls: list[_Call]
    count: int = 0

    def add(self, call: _Call) -> None:
        self.calls.append(call)
        for keys, arguments in call.parts or ():
            self.keys.extend(keys)
            self.arguments.extend(arguments)
            self.count += 1

    def words(self, *, by_digest: bool) -> tuple[Argument, ...]:
        which = ("EVALSHA", self.script.sha) if by_digest else ("EVAL", self.script.text)
        return (*which, len(self.keys), *self.keys, *self.arguments)

    def settle(self, answer: Any) -> None:
        at = 0
        for call in self.calls:
            own = answer
            if call.parts is not None and not isinstance(answer, Exception):
                own = answer[at : at + len(call.parts)]
                at += len(call.parts)
            if call.answer.done():
                continue
            if isinstance(own, Exception):
                # An error of its own for each who waits: one that several raise grows with each of them.
                call.answer.set_exception(_own(own))
            else:
                call.answer.set_result(own)


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
        return await self._ask(_Call(script, keys, arguments, asyncio.get_running_loop().create_future()))

    async def run_each(
        self, script: Each, keys: Sequence[str], arguments: Sequence[Argument], parts: Sequence[Part]
    ) -> list[Any]:
        """An answer for each part, in their order and with nothing between them.

        What others ask with the same shared keys and arguments travels along; there must be a key.
        """
        answer = asyncio.get_running_loop().create_future()
        answers: list[Any] = await self._ask(_Call(script, keys, arguments, answer, parts))
        return answers

    async def run_one(self, script: Each, keys: Sequence[str], arguments: Sequence[Argument], own: Part) -> Any:
        """The answer for this part alone."""
        return (await self.run_each(script, keys, arguments, (own,)))[0]

    def _ask(self, call: _Call) -> "asyncio.Future[Any]":
        self._waiting.append(call)
        if not self._start_is_due:
            self._start_is_due = True
            asyncio.get_running_loop().call_soon(self._start)
        return call.answer

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
        commands = _joined(calls)
        try:
            answers = await self._answers(commands, by_digest=True)
            unknown = [n for n, answer in enumerate(answers) if isinstance(answer, NoScriptError)]
            if unknown:
                again = await self._answers([commands[n] for n in unknown], by_digest=False)
                for n, answer in zip(unknown, again, strict=True):
                    answers[n] = answer
        except BaseException as error:
            for call in calls:
                if not call.answer.done():
                    call.answer.set_exception(_own(error))
            if not isinstance(error, Exception):
                raise
            return
        for command, answer in zip(commands, answers, strict=True):
            command.settle(answer)

    async def _answers(self, commands: Sequence[_Command], *, by_digest: bool) -> list[Any]:
        if self._is_cluster:
            each = (self._ask_cluster(command, by_digest=by_digest) for command in commands)
            return list(await asyncio.gather(*each, return_exceptions=True))
        replicas = self._replicas if self._replicas and await self._replicas.worth_waiting() else None
        asked: list[Sequence[Argument]] = [command.words(by_digest=by_digest) for command in commands]
        if replicas:
            asked.append(WAIT)
        waits = self._fsyncs and asyncio.get_running_loop().time() >= self._ask_fsync_s
        if waits:
            asked.append(("WAITAOF", 1, 0, FSYNC_MS_MAX))
        answers = await round_trip(self._redis, asked)
        if waits:
            self._judge_fsync(answers.pop())
        if replicas:
            replicas.judge(answers.pop())
        return answers

    async def _ask_cluster(self, command: _Command, *, by_digest: bool) -> Any:
        words = command.words(by_digest=by_digest)
        if self._replicas is not None and command.keys:
            return await self._replicas.run(command.keys[0], *words)
        return await self._redis.execute_command(*words)  # type: ignore[no-untyped-call]

    def _judge_fsync(self, answer: Any) -> None:
        if isinstance(answer, Exception) and is_outage(answer):
            raise answer
        # Servers before 7.2 do not know it, and one without an append-only file has nothing to wait for.
        if isinstance(answer, Exception) or cast("list[int]", answer)[0] < 1:
            self._ask_fsync_s = asyncio.get_running_loop().time() + FSYNC_AGAIN_S
            log.info("store.fsync_late", refused=isinstance(answer, Exception))


def _joined(calls: Sequence[_Call]) -> list[_Command]:
    """Those of one kind and number become one, in the place of the first; nobody among them has waited for another."""
    commands: list[_Command] = []
    open_ones: dict[tuple[Any, ...], _Command] = {}
    for call in calls:
        command = None
        if call.parts is not None:
            name = (call.script.sha, *call.keys, *call.arguments)
            command = open_ones.get(name)
            if command is None or command.count + len(call.parts) > EACH_MAX:
                command = open_ones[name] = _Command(call.script, list(call.keys), list(call.arguments), [])
                commands.append(command)
        if command is None:
            commands.append(command := _Command(call.script, list(call.keys), list(call.arguments), []))
        command.add(call)
    return commands


def _own(error: BaseException) -> Exception:
    if not isinstance(error, Exception):
        return RedisConnectionError("cancelled")
    if is_outage(error):
        return RedisConnectionError(type(error).__name__)
    return type(error)(*error.args)
