"""The edge of a server: how many may be connected, how long they may take to ask, and what is no HTTP at all.

aiohttp gives a connection as long to ask as it may be idle, quotes what it could not read, and counts nobody.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from itertools import islice
from typing import Any, cast

import structlog
from aiohttp import hdrs, web
from aiohttp.helpers import rfc822_formatted_time
from aiohttp.http_exceptions import LineTooLong
from aiohttp.web_protocol import RequestHandler
from aiohttp.web_request import BaseRequest

from shared import headers, metrics
from shared.hatch import Hatch, spoken
from shared.head import Ends
from shared.problem import ProblemError

log = structlog.get_logger(__name__)

# Beside every socket that push lets in, and those on their way out, room for those who only ask.
CONNECTIONS_MAX = 24_000
FILES_KEPT = 256  # for the store, the broker, Graph and the page's own files
HEAD_S_MAX = 15.0  # from the first byte of a request, or from connecting, to the end of its headers
HEAD_BYTES_MAX = 32 * 1024  # of a request that comes in pieces; in one piece the bounds below hold
LINE_BYTES_MAX = 8_190  # the request line, and each header
HEADERS_MAX = 64  # a browser sends about 20, gateways add a dozen
SWEEP_S = 1.0
LOOKED_THROUGH_MAX = 1_000  # connections, for an idle one, when all places are taken
# What the peer does not take is held for so long, about two heartbeats of a socket; then the kernel gives it up.
UNTAKEN_MS_MAX = 40_000
GONE = 499  # in logs and metrics: the caller went away before the answer

_FULL = ProblemError(503, "busy", headers={hdrs.RETRY_AFTER: "1"})


@dataclass(frozen=True, slots=True)
class Limits:
    """What a server bears."""

    connections_max: int = CONNECTIONS_MAX
    head_s_max: float = HEAD_S_MAX
    head_bytes_max: int = HEAD_BYTES_MAX
    untaken_ms_max: int = UNTAKEN_MS_MAX
    sweep_s: float = SWEEP_S


class Edge(web.Server):
    """The server of aiohttp, which knows who is still asking."""

    def __init__(self, server: web.Server, limits: Limits, hatch: Hatch | None = None) -> None:
        super().__init__(
            server.request_handler,
            request_factory=server.request_factory,
            loop=asyncio.get_running_loop(),
            **{**server._kwargs, "max_line_size": LINE_BYTES_MAX, "max_field_size": LINE_BYTES_MAX},
            max_headers=HEADERS_MAX,
        )
        self.limits = limits
        self.hatch = hatch
        self._asking: dict[Visit, float] = {}  # since when; the first one has been at it for longest

    def __call__(self) -> RequestHandler:
        """What answers one connection."""
        return Visit(self, loop=self._loop, **self._kwargs)

    def makes_room(self) -> bool:
        """Whether one more may come in; who has not yet asked, or is done, goes first."""
        if len(self._connections) < self.limits.connections_max:
            return True
        idle = next(iter(self._asking), None) or next(
            (visit for visit in islice(self._connections, LOOKED_THROUGH_MAX) if cast(Visit, visit).is_idle), None
        )
        if idle is not None:
            self.heard(idle)
            idle.force_close()
            metrics.CONNECTIONS_DROPPED.labels("idle").inc()
        return idle is not None

    def asks(self, visit: "Visit") -> None:
        """It has begun to ask; the first time counts."""
        self._asking.setdefault(visit, self._loop.time())

    def heard(self, visit: RequestHandler) -> None:
        """It has asked, or is gone."""
        self._asking.pop(visit, None)  # type: ignore[call-overload]  # only visits are kept

    async def shutdown(self, timeout: float | None = None) -> None:
        """Answer what is in hand, and part with everybody."""
        await super().shutdown(timeout)
        if self.hatch is not None:
            self.hatch.tell()

    async def sweep(self) -> None:
        """Part with those who take too long to ask, for ever."""
        while True:
            await asyncio.sleep(self.limits.sweep_s)
            oldest_s = self._loop.time() - self.limits.head_s_max
            for visit, since_s in list(islice(self._asking.items(), LOOKED_THROUGH_MAX)):
                if since_s > oldest_s:
                    break
                visit.took_too_long()


class Visit(RequestHandler):
    """One connection from its first byte to its last."""

    __slots__ = ("_answered", "_edge", "_ends", "_head_bytes", "_later", "_taken_s")

    def __init__(self, edge: Edge, **given: Any) -> None:
        super().__init__(edge, **given)
        self._edge = edge
        self._head_bytes = 0
        self._taken_s: float | None = None  # since when a request is in the hatch's hands
        self._later = b""  # came meanwhile
        self._answered: asyncio.Future[None] | None = None
        self._ends = Ends()

    @property
    def is_idle(self) -> bool:
        """Whether nothing that it has asked waits for an answer."""
        return self._waiter is not None and not self._waiter.done() and self._taken_s is None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Let it in, if there is room."""
        wire = cast(asyncio.Transport, transport)  # uvloop's is one in all but name
        if not self._edge.makes_room():
            self._force_close = True
            metrics.CONNECTIONS_DROPPED.labels("full").inc()
            wire.write(_spoken(_FULL))
            wire.close()
            return
        super().connection_made(transport)
        self._edge.asks(self)

    def connection_lost(self, exc: BaseException | None) -> None:
        """It is gone."""
        self._edge.heard(self)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Count what belongs to a request that is not whole yet; answers leave in the order of their requests."""
        if self._taken_s is not None:
            self._later += data
            self._pause_transport_reading()
        elif self._edge.hatch is not None and self._is_turning_round():
            if not self._later:
                self._loop.call_soon(self._go_on)
            self._later += data
        else:
            self._read(data)

    def _read(self, data: bytes) -> None:
        asked = self._request_count
        if not self._hand_in(data):
            super().data_received(data)
        if self._request_count != asked or self._taken_s is not None:
            self._head_bytes = 0
            self._edge.heard(self)
        elif self.is_idle:
            self._head_bytes += len(data)
            self._edge.asks(self)
            if self._head_bytes > self._edge.limits.head_bytes_max:
                self._part(ProblemError(431))

    async def shutdown(self, timeout: float | None = 15.0) -> None:
        """Wait for the answer to what is in the hatch's hands, then as ever."""
        if self._taken_s is not None:
            self._answered = self._loop.create_future()
            await asyncio.wait((self._answered,), timeout=timeout)
        await super().shutdown(timeout)

    def _process_keepalive(self) -> None:
        if self._taken_s is not None:
            self._next_keepalive_close_time = self._loop.time() + self._keepalive_timeout
        super()._process_keepalive()

    def _hand_in(self, data: bytes) -> bool:
        hatch = self._edge.hatch
        if hatch is None or (head := self._ends.whole(data)) is None:
            return False
        if self.is_idle and not self._messages and not self.writing_paused:
            self._taken_s = self._loop.time() if hatch.takes(head, data[head.begin :], self._answer) else None
        return self._taken_s is not None

    def _answer(self, status: int) -> None:
        hatch, now_s = cast(Hatch, self._edge.hatch), self._loop.time()
        took_s, self._taken_s = now_s - (self._taken_s or now_s), None
        if self.transport is None:
            status = GONE
        else:
            self.transport.write(hatch.spoken(status))
        hatch.count(status, took_s)
        self._next_keepalive_close_time = now_s + self._keepalive_timeout
        if self._answered is not None and not self._answered.done():
            self._answered.set_result(None)
        if self._later:
            self._resume_transport_reading()
            self._go_on()

    def _is_turning_round(self) -> bool:
        # Its task has answered and is about to wait again: who asks at once would else never come to the hatch.
        return self._waiter is None and not self._messages and not self._request_in_progress and self._request_count > 0

    def _go_on(self) -> None:
        data, self._later = self._later, b""
        self._read(data)

    def took_too_long(self) -> None:
        """Who has said something is told why; who has not was a guess of a browser's, and needs no answer."""
        metrics.CONNECTIONS_DROPPED.labels("slow").inc()
        self._part(ProblemError(408) if self._head_bytes else None)

    def handle_error(
        self, request: BaseRequest, status: int = 500, exc: BaseException | None = None, message: str | None = None
    ) -> web.StreamResponse:
        """What was no HTTP is told so, without a word of it: it may hold a secret that was mistyped."""
        if request.writer.output_size > 0:
            raise ConnectionError("half an answer has left")
        if status >= 500:
            log.error("http.failed", status=status, exc_info=exc)
        else:
            log.debug("http.unreadable", error=type(exc).__name__)
        metrics.request_answered("other", "unreadable", status, 0)
        answer = ProblemError(431 if isinstance(exc, LineTooLong) else status).response()
        answer.headers.update(headers.CAREFUL)
        answer.force_close()
        return answer

    def _part(self, why: ProblemError | None) -> None:
        self._edge.heard(self)
        if why is not None and self.transport is not None:
            self.transport.write(_spoken(why))
        self.force_close()


class Runner(web.AppRunner):
    """An application behind an edge."""

    __slots__ = ("_hatch", "_limits")

    def __init__(self, app: web.Application, limits: Limits, hatch: Hatch | None = None, **given: Any) -> None:
        super().__init__(app, **given)
        self._limits = limits
        self._hatch = hatch

    async def _make_server(self) -> web.Server:
        return Edge(await super()._make_server(), self._limits, self._hatch)


@asynccontextmanager
async def sweeping(runner: Runner) -> AsyncIterator[None]:
    """While inside, nobody takes for ever to ask."""
    assert isinstance(runner.server, Edge)
    sweeper = asyncio.create_task(runner.server.sweep())
    try:
        yield
    finally:
        sweeper.cancel()


def reachable(connections_max: int = CONNECTIONS_MAX) -> int:
    """How many connections the system lets this process have; it is asked for as many as may be wanted."""
    try:
        import resource
    except ImportError:  # Windows has no such limit
        return connections_max
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = connections_max + FILES_KEPT
    if soft != resource.RLIM_INFINITY and soft < wanted:
        with suppress(ValueError, OSError):
            most = wanted if hard == resource.RLIM_INFINITY else min(hard, wanted)
            resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
            soft = most
    return connections_max if soft == resource.RLIM_INFINITY else max(1, min(connections_max, soft - FILES_KEPT))


def _spoken(problem: ProblemError) -> bytes:
    """A problem as bytes, for a connection that has no request to answer."""
    answer = problem.response()
    answer.headers[hdrs.CONNECTION] = "close"
    head, body = spoken(answer)
    return head + rfc822_formatted_time().encode() + b"\r\n\r\n" + body
