"""Waits until a store has on its disk what was written to it: until then the broker is not told to forget anything."""

import asyncio
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, cast

import structlog
from redis.asyncio import RedisCluster
from redis.asyncio.cluster import ClusterNode, PipelineCommand
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import ResponseError
from redis.exceptions import TimeoutError as RedisTimeoutError

from shared.redis import Redis, is_outage
from shared.replicas import WAIT, Replicas

log = structlog.get_logger(__name__)

GATHER_S = 0.01  # whoever comes within it shares the wait
# As soon as waits are shared each of them is for more: it is the broker alone that hears of it later. At 300 lone
# messages a second that is one question and one acknowledgement for 15 of them, not for 3.
GATHER_BUSY_S = 0.05
IN_FLIGHT_MAX = 8  # connections of the process's 64 that may be waiting at the same time
AGAIN_S = 600.0  # until a server that cannot say is asked again
MARK_S = 60  # a mark is of no use once it is on disk
HISTORIES_MAX = 50_000  # numbers of a cluster; one that is forgotten is asked for again

HISTORY = ("INFO", "replication")


class FsyncLate(RedisTimeoutError):
    """The disk has not answered in time; what was written may be lost with the server, and is to be written again."""


class HistoryChanged(RedisConnectionError):
    """Another server, or the same after a restart, has answered than the one that was written to."""


class Durability:
    """Of a server, or of those masters of a cluster that hold the given tags.

    WAITAOF speaks of the connection it comes on, and of all that the server had written before that connection's own
    last write: so a mark is written first, and the wait covers what other connections of the pool have written. Servers
    before 7.2 do not know it, and one without an append-only file has nothing to wait for; neither is waited for.

    The server may have been replaced between a write and its mark: who writes asks for the history first, and where the
    mark is of another, everything is written again.
    """

    def __init__(self, redis: Redis, s_max: float) -> None:
        self._redis = redis
        self._cluster = cast("RedisCluster", redis) if isinstance(redis, RedisCluster) else None
        self._ms_max = round(1000 * s_max)
        self._replicas = Replicas(redis)
        self._gathering: dict[str, asyncio.Task[str]] = {}
        self._busy: set[str] = set()  # servers whose last wait was shared
        self._in_flight = asyncio.Semaphore(IN_FLIGHT_MAX)
        self._ask_s: dict[str, float] = {}
        self._histories: OrderedDict[str, str] = OrderedDict()

    async def histories(self, tags: Iterable[str]) -> dict[str, str]:
        """The history that each tag's server goes on with: to be asked for before anything is written."""
        if not self._ms_max:
            return {}
        known: dict[str, str] = {}
        for node, own in await self._nodes(tags):
            unknown = [tag for tag in own if tag not in self._histories]
            if unknown:
                self._note(unknown, await self._history(node))
            known |= {tag: self._histories[tag] for tag in own}
        return known

    async def reached(self, tags: Iterable[str], since: Mapping[str, str] | None = None) -> None:
        """Return when all that was answered so far under these tags is on disk, as far as the store can say.

        Raises FsyncLate when that takes too long, and HistoryChanged when it is not the history `since` which it was
        written to; both are outages.
        """
        if not self._ms_max:
            return
        nodes = await self._nodes(tags)
        histories = await asyncio.gather(*(self._shared(node, own[0]) for node, own in nodes))
        for (_, own), history in zip(nodes, histories, strict=True):
            self._note(own, history)
            if any((since or {}).get(tag, history) != history for tag in own):
                raise HistoryChanged

    async def _nodes(self, tags: Iterable[str]) -> list[tuple[ClusterNode | None, list[str]]]:
        """Each server that holds some of the tags, with those."""
        if self._cluster is None:
            return [(None, own)] if (own := list(tags)) else []
        await self._cluster.initialize()
        found: dict[str, tuple[ClusterNode | None, list[str]]] = {}
        for tag in tags:
            node = self._cluster.get_node_from_key(tag)
            if node is None:
                raise RedisConnectionError("nobody has the slot")
            found.setdefault(node.name, (node, []))[1].append(tag)
        return list(found.values())

    def _note(self, tags: Sequence[str], history: str) -> None:
        for tag in tags:
            self._histories[tag] = history
            self._histories.move_to_end(tag)
        while len(self._histories) > HISTORIES_MAX:
            self._histories.popitem(last=False)

    async def _history(self, node: ClusterNode | None) -> str:
        (told,) = await self._answers(node, [HISTORY])
        return _replid(told)

    async def _shared(self, node: ClusterNode | None, tag: str) -> str:
        name = node.name if node else ""
        asking = self._gathering.get(name)
        if asking is not None:
            self._busy.add(name)
        else:
            gather_s = GATHER_BUSY_S if name in self._busy else GATHER_S
            self._busy.discard(name)
            asking = self._gathering[name] = asyncio.create_task(self._gathered(name, node, tag, gather_s))
            asking.add_done_callback(lambda done: done.cancelled() or done.exception())
        return await asyncio.shield(asking)

    async def _gathered(self, name: str, node: ClusterNode | None, tag: str, gather_s: float) -> str:
        await asyncio.sleep(gather_s)
        async with self._in_flight:
            del self._gathering[name]
            return await self._ask(name, node, tag)

    async def _ask(self, name: str, node: ClusterNode | None, tag: str) -> str:
        fsyncs = asyncio.get_running_loop().time() >= self._ask_s.get(name, 0.0)
        replicas = await self._replicas.worth_waiting(node)
        asked: list[tuple[Any, ...]] = [HISTORY, ("SET", f"{tag}:durable", 1, "EX", MARK_S)]
        if fsyncs:
            asked.append(("WAITAOF", 1, 0, self._ms_max))
        if replicas:
            asked.append(WAIT)
        told, marked, *waited = await self._answers(node, asked)
        if isinstance(marked, Exception):
            raise marked
        if fsyncs:
            self._judge(name, waited.pop(0))
        if replicas:
            self._replicas.judge(waited.pop(0), node)
        return _replid(told)

    async def _answers(self, node: ClusterNode | None, asked: list[tuple[Any, ...]]) -> list[Any]:
        """Over one connection."""
        if node is None:
            async with self._redis.pipeline(transaction=False) as pipeline:
                for command in asked:
                    pipeline.execute_command(*command)
                return list(await pipeline.execute(raise_on_error=False))
        commands = [PipelineCommand(n, *command) for n, command in enumerate(asked)]
        await node.execute_pipeline(commands)
        return [command.result for command in commands]

    def _judge(self, name: str, answer: Any) -> None:
        if isinstance(answer, Exception):
            if is_outage(answer):
                raise answer
            self._ask_s[name] = asyncio.get_running_loop().time() + AGAIN_S
            log.warning("store.cannot_fsync", reason="no WAITAOF, or no append-only file")
        elif answer[0] < 1:
            raise FsyncLate


def _replid(told: Any) -> str:
    """The name of a line of writes; a server that was promoted or started goes on under another."""
    if isinstance(told, ResponseError) and not is_outage(told):
        return ""  # a managed server that keeps it to itself
    if isinstance(told, Exception):
        raise told
    return str(told.get("master_replid", ""))
