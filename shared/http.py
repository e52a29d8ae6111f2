"""The web side of every process: one application with a gate, problems, probes, metrics and one log line a request."""

import asyncio
import errno
import socket
import time
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager, suppress

import structlog
from aiohttp import HttpVersion11, hdrs, web, web_response
from aiohttp.typedefs import Handler

from shared import cors, edge, headers, metrics, probes
from shared.body import read_body, read_json
from shared.broker.door import BrokerUnavailable
from shared.cors import origin_allowed
from shared.hatch import Hatch, HatchedRoute
from shared.health import Health
from shared.problem import ProblemError, of_http_exception
from shared.redis import is_outage
from shared.settings import Settings, SettingsError

log = structlog.get_logger(__name__)

BODY_BYTES_MAX = 4 * 1024 * 1024  # the largest that any route reads (a webhook); read_json has its own bound
KEEPALIVE_S = 75.0  # longer than the usual idle time of a load balancer, so that it closes first
DRAIN_S_MAX = 7.0  # aiohttp waits this long for requests in hand, then cancels them and waits as long again
BACKLOG = 4096  # of a rush: all browsers come back at once after a restart; the kernel may allow less
LINGER_S_MAX = 2.0  # for the rest of a body that was refused, so that the answer is read before the end
RETRY_AFTER_S = "1"
SWITCHED = 101

# Before aiohttp answers what is no HTTP at all it asks nobody: even that answer shall not name versions.
web_response.SERVER_SOFTWARE = "cloud-inbox"  # type: ignore[attr-defined]

# What we frame bodies by; another coding of the journey would be read differently by somebody between us.
_CODING = "chunked"


def application(
    routes: Iterable[web.AbstractRouteDef],
    health: Health,
    *,
    probes: probes.Audience,
    cross_origin: Settings | None = None,
    over_tls: bool = False,
) -> web.Application:
    """The routes behind what every process has; with `cross_origin`, pages of allowed origins may read the answers.

    With `over_tls`, which is for what browsers reach by TLS, they are told to come no other way.
    """

    async def on_prepare(request: web.Request, response: web.StreamResponse) -> None:
        response.headers.popall(hdrs.SERVER, None)
        headers.mark(response.headers, over_tls=over_tls)
        if cross_origin is not None:
            cors.mark(cross_origin, request, response.headers)

    @web.middleware
    async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
        _refuse_odd_framing(request)
        if not health.began and request.path != _LIVEZ and await health.problems() and not health.began:
            raise ProblemError(503, "starting", headers={hdrs.RETRY_AFTER: RETRY_AFTER_S})
        if cross_origin is not None and cors.is_preflight(request):
            return cors.preflight(cross_origin, request)
        return await handler(request)

    app = web.Application(middlewares=[_observed, guard], client_max_size=BODY_BYTES_MAX)
    app.on_response_prepare.append(on_prepare)
    app.add_routes(_probe_routes(health, probes))
    for route in routes:
        app.add_routes([route])
        if isinstance(route, HatchedRoute):
            app[_HATCH] = Hatch(route, over_tls=over_tls, is_open=lambda: health.began)
    return app


def _refuse_odd_framing(request: web.Request) -> None:
    """What two readers could end at different bytes is answered and parted with: it may hide another request."""
    coding = request.headers.getall(hdrs.TRANSFER_ENCODING, [])
    if not coding:
        return
    if request.version < HttpVersion11:
        raise ProblemError(400, headers={hdrs.CONNECTION: "close"})
    if [each.strip().lower() for each in coding] != [_CODING]:
        raise ProblemError(501, "transfer_coding", headers={hdrs.CONNECTION: "close"})


_HATCH = web.AppKey("hatch", Hatch)
_LIVEZ = probes.LIVEZ
_probe_routes = probes.routes
_probe_paths = probes.PATHS


@web.middleware
async def _observed(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer in every case, and tell it once."""
    began_s = time.monotonic()
    status, failure = edge.GONE, None
    try:
        response, failure = await _answer(request, handler)
        status = response.status
        return response
    except web.HTTPException as redirect:
        status = redirect.status
        raise
    finally:
        took_s = time.monotonic() - began_s
        route = _template(request)
        metrics.request_answered(request.method, route, status, took_s)
        facts = {"method": request.method, "route": route, "status": status, "took_ms": round(took_s * 1000, 1)}
        if failure is not None and status == 500:
            log.error("http.failed", **facts, exc_info=failure)
        elif route in _probe_paths or status == SWITCHED:  # a socket has a line of its own, at its end
            log.debug("http.answered", **facts)
        else:
            log.info("http.answered", **facts)


async def _answer(request: web.Request, handler: Handler) -> tuple[web.StreamResponse, Exception | None]:
    try:
        return await handler(request), None
    except ProblemError as problem:
        return problem.response(), None
    except web.HTTPException as error:
        if error.status < 400:
            raise
        return of_http_exception(error).response(), None
    except Exception as error:
        if request.transport is None or request.transport.is_closing():
            return web.Response(status=edge.GONE, reason="Closed"), None  # nobody is left to be told
        if isinstance(error, BrokerUnavailable) or is_outage(error):
            return unavailable(), error
        return ProblemError(500).response(), error


def unavailable() -> web.Response:
    """Something that an answer needs is away."""
    return ProblemError(503, "unavailable", headers={hdrs.RETRY_AFTER: RETRY_AFTER_S}).response()


def _template(request: web.Request) -> str:
    """The route as it was written down; a path would hold ids."""
    resource = request.match_info.route.resource
    return resource.canonical if resource is not None else "unmatched"


@asynccontextmanager
async def listening(
    app: web.Application,
    host: str,
    port: int,
    *,
    reuse_port: bool = False,
    drain_s_max: float = DRAIN_S_MAX,
    limits: edge.Limits | None = None,
) -> AsyncIterator[int]:
    """Serve on this address and yield the port; on leaving, refuse new connections and finish what is in hand."""
    limits = limits or edge.Limits(connections_max=edge.reachable())
    runner = edge.Runner(
        app,
        limits,
        app.get(_HATCH),
        access_log=None,  # it would hold paths; ours holds templates
        auto_decompress=False,  # signatures cover the bytes as sent, and nothing grows in memory unasked
        keepalive_timeout=KEEPALIVE_S,
        shutdown_timeout=drain_s_max,
        tcp_keepalive=False,  # it is handed down
        lingering_time=LINGER_S_MAX,
    )
    await runner.setup()
    try:
        site = web.TCPSite(runner, host, port, backlog=BACKLOG, reuse_port=reuse_port or None)
        try:
            await site.start()
            _hand_down(site._server.sockets, limits.untaken_ms_max)  # type: ignore[union-attr]
        except OSError as error:
            named = "INBOX_HOST" if _is_of_host(error) else "INBOX_PORT"
            raise SettingsError(f"{named}: cannot listen on {host}:{port}: {error.strerror}") from None
        async with edge.sweeping(runner):
            yield runner.addresses[0][1]
    finally:
        await asyncio.shield(runner.cleanup())


def _hand_down(listeners: Iterable[socket.socket], untaken_ms_max: int) -> None:
    """What holds for every connection is said of the listener once: to say it of each costs a socket object each time.

    The dead are found, and the deaf given up; on Linux, elsewhere there is the kernel's own patience.
    """
    option = getattr(socket, "TCP_USER_TIMEOUT", None)
    for listener in listeners:
        with suppress(OSError):
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
            if option is not None:
                listener.setsockopt(socket.IPPROTO_TCP, option, untaken_ms_max)


def _is_of_host(error: OSError) -> bool:
    return isinstance(error, socket.gaierror) or error.errno == errno.EADDRNOTAVAIL


__all__ = ["ProblemError", "application", "listening", "origin_allowed", "read_body", "read_json", "unavailable"]
