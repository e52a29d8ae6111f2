"""All sockets of a process: how many there may be, their heartbeat, and the end of those whose token was revoked."""

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable, Callable, Collection
from typing import Protocol

import structlog

from services.push import metrics
from services.push.codes import Code, Refused
from services.push.settings import PushSettings
from shared.redis import is_outage

log = structlog.get_logger(__name__)

SPOKES = 20  # a heartbeat goes round in so many steps, so that it never reaches every socket at once
COME_BACK_S = (1.0, 10.0)  # told to each socket of a process that stops, at random: they must not come back together
CLOSING_MAX = 1_000  # sockets on their way out beside those that are in


class Socket(Protocol):
    """What is asked of one."""

    digest: str | None

    def end(self, code: Code, reason: str) -> None:
        """Close it soon; the first reason stays."""

    def beat(self) -> None:
        """Tell it that we are here, and see whether it is."""


class Sockets:
    """Counts, beats and ends them."""

    def __init__(self, settings: PushSettings) -> None:
        self._settings = settings
        self._connected = 0
        metrics.SOCKETS_MAX.set(settings.sockets_max)
        self._open: set[Socket] = set()
        self._per_token: Counter[str] = Counter()
        self._wheel: list[set[Socket]] = [set() for _ in range(SPOKES)]
        self._spoke = 0

    @property
    def full(self) -> bool:
        """Whether there is no room even to say so politely."""
        return self._connected >= self._settings.sockets_max + CLOSING_MAX

    def connect(self) -> None:
        """A connection has come."""
        self._connected += 1
        metrics.SOCKETS.set(self._connected)

    def disconnect(self) -> None:
        """It is gone for good."""
        self._connected -= 1
        metrics.SOCKETS.set(self._connected)

    def enter(self, socket: Socket) -> None:
        """Count it in, or refuse it."""
        if len(self._open) >= self._settings.sockets_max:
            raise Refused(Code.TOO_MANY, "too many sockets here")
        self._open.add(socket)

    def greet(self, socket: Socket, digest: str) -> None:
        """It has shown its token: count it under that, or refuse it."""
        if self._per_token[digest] >= self._settings.sockets_per_token_max:
            raise Refused(Code.TOO_MANY, "too many sockets of this token")
        self._per_token[digest] += 1
        socket.digest = digest
        self._spoke = (self._spoke + 1) % SPOKES
        self._wheel[self._spoke].add(socket)

    def leave(self, socket: Socket) -> None:
        """It is on its way out."""
        self._open.discard(socket)
        digest, socket.digest = socket.digest, None
        if digest is None:
            return
        for spoke in self._wheel:
            spoke.discard(socket)
        self._per_token[digest] -= 1
        if self._per_token[digest] <= 0:
            del self._per_token[digest]

    def end_all(self) -> None:
        """The process stops."""
        for socket in list(self._open):
            seconds = random.uniform(*COME_BACK_S)  # noqa: S311 (spreads reconnects, guards nothing)
            socket.end(Code.RESTARTING, f"restarting: come back in {seconds:.1f} s")

    async def empty(self) -> None:
        """Until the last connection is gone."""
        while self._connected:  # noqa: ASYNC110 (asked at the very end, once)
            await asyncio.sleep(0.02)

    async def beat(self) -> None:
        """Every socket once per heartbeat, for ever."""
        while True:
            for spoke in self._wheel:
                await asyncio.sleep(self._settings.heartbeat_s / SPOKES)
                for socket in list(spoke):
                    socket.beat()

    async def revoke(self, still_good: Callable[[Collection[str]], Awaitable[set[str]]]) -> None:
        """End whoever's token was revoked, for ever; while the store is away nothing is pushed either."""
        held = False
        while True:
            await asyncio.sleep(self._settings.revoked_every_s)
            asked = set(self._per_token)
            if not asked:
                continue
            try:
                good = await still_good(asked)
            except Exception as outage:
                if not is_outage(outage):
                    raise
                if not held:
                    log.warning("revocation.held", error=type(outage).__name__)
                held = True
                continue
            held = False
            revoked = asked - good
            if revoked:
                for socket in [socket for socket in self._open if socket.digest in revoked]:
                    socket.end(Code.NOT_AUTHENTICATED, "the token was revoked")
