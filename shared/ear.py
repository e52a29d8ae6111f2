"""One connection that listens to one Redis server for announcements, and finds its own way back."""

import asyncio
import contextlib
import random
from collections.abc import Callable

import structlog
from redis.asyncio.connection import AbstractConnection
from redis.exceptions import MovedError, RedisError

log = structlog.get_logger(__name__)

PING_EVERY_S = 10.0
SILENCE_S_MAX = 25.0  # two pings and some: the connection is a black hole
RECONNECT_S = (0.1, 2.0)  # doubling from the first to the second, with jitter
STEADY_S = 5.0  # a connection that lived so long starts the delays anew


class Ear:
    """Subscribed to what is wanted, again after each reconnect.

    `heard` is called for hints, with what they say, and for subscriptions, which say nothing.
    """

    def __init__(
        self,
        connection: Callable[[], AbstractConnection],
        heard: Callable[[str, bytes | None], None],
        astray: Callable[[], None],
    ) -> None:
        self._connection = connection
        self._heard = heard
        self._astray = astray
        self._wanted: set[str] = set()
        self._fresh: set[str] = set()
        self._stale: set[str] = set()
        self._changed = asyncio.Event()

    def want(self, name: str) -> None:
        """Listen for this name too."""
        self._wanted.add(name)
        self._fresh.add(name)
        self._stale.discard(name)
        self._changed.set()

    def unwant(self, name: str) -> None:
        """Listen for it no longer."""
        self._wanted.discard(name)
        self._fresh.discard(name)
        self._stale.add(name)
        self._changed.set()

    async def listen(self) -> None:
        """Run until cancelled."""
        loop = asyncio.get_running_loop()
        shortest_s, longest_s = RECONNECT_S
        delay_s = shortest_s
        while True:
            while not self._wanted:  # a server that left the cluster is not called for ever
                self._changed.clear()
                await self._changed.wait()
            began_s = loop.time()
            try:
                await self._listen_once()
            except* (RedisError, OSError, TimeoutError) as outage:
                if delay_s == shortest_s:
                    log.warning("announcements.lost", error=type(outage.exceptions[0]).__name__)
            self._astray()
            if loop.time() - began_s > STEADY_S:
                delay_s = shortest_s
            await asyncio.sleep(delay_s * random.uniform(0.5, 1.0))  # noqa: S311 (spreads reconnects, guards nothing)
            delay_s = min(delay_s * 2, longest_s)

    async def _listen_once(self) -> None:
        connection = self._connection()
        try:
            await connection.connect()  # type: ignore[no-untyped-call]
            self._fresh = set(self._wanted)
            self._stale.clear()
            self._changed.set()
            async with asyncio.TaskGroup() as group:
                group.create_task(self._ask(connection))
                group.create_task(self._hear(connection))
        finally:
            with contextlib.suppress(RedisError, OSError):
                await connection.disconnect(nowait=True)

    async def _ask(self, connection: AbstractConnection) -> None:
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(PING_EVERY_S):
                    await self._changed.wait()
            self._changed.clear()
            # One command for each name, because in a cluster one command may not cross slots.
            commands = [("SSUBSCRIBE", name) for name in self._fresh]
            commands += [("SUNSUBSCRIBE", name) for name in self._stale]
            self._fresh.clear()
            self._stale.clear()
            packed = connection.pack_commands(commands or [("PING",)])
            await connection.send_packed_command(packed, check_health=False)

    async def _hear(self, connection: AbstractConnection) -> None:
        while True:
            try:
                answer = await connection.read_response(timeout=SILENCE_S_MAX)
            except MovedError:
                self._astray()
                continue
            if answer is None:
                raise TimeoutError
            if len(answer) != 3:  # the answer to a ping
                continue
            kind, name = answer[0], answer[1].decode()
            if kind != b"sunsubscribe":
                self._heard(name, answer[2] if kind == b"smessage" else None)
            elif name in self._wanted:
                # The server took the slot away from itself; asking again tells where it went.
                self._fresh.add(name)
                self._changed.set()
