"""/livez, /readyz and /metrics: for whoever runs the process, never for the outside."""

import ipaddress
from typing import Literal

from aiohttp import web

from shared import metrics
from shared.health import Health
from shared.problem import ProblemError

Audience = Literal["open", "loopback"]

LIVEZ, READYZ, METRICS = "/livez", "/readyz", "/metrics"
PATHS = frozenset((LIVEZ, READYZ, METRICS))

# Any of them means that somebody else asked, through a proxy or a tunnel on this machine.
_FORWARDING = (
    "Forwarded",
    "Via",
    "X-Forwarded-For",
    "X-Forwarded-Host",
    "X-Forwarded-Proto",
    "X-Forwarded-Server",
    "X-Real-IP",
    "X-Original-Forwarded-For",
    "CF-Connecting-IP",
    "True-Client-IP",
)


def routes(health: Health, audience: Audience) -> list[web.RouteDef]:
    """The three pages; for `loopback`, everybody else is told that there is no such page."""

    def admit(request: web.Request) -> None:
        if audience == "loopback" and not _is_local(request):
            raise ProblemError(404)

    async def livez(request: web.Request) -> web.Response:
        admit(request)
        return web.json_response({"status": "alive"})

    async def readyz(request: web.Request) -> web.Response:
        admit(request)
        problems = await health.problems()
        if problems:
            errors = [{"dependency": name, "problem": problem} for name, problem in sorted(problems.items())]
            raise ProblemError(503, "not_ready", errors=errors)
        return web.json_response({"status": "ready"})

    async def metrics_page(request: web.Request) -> web.Response:
        admit(request)
        page, content_type = metrics.exposition()
        return web.Response(body=page, headers={"Content-Type": content_type})

    return [web.get(LIVEZ, livez), web.get(READYZ, readyz), web.get(METRICS, metrics_page)]


def _is_local(request: web.Request) -> bool:
    if any(name in request.headers for name in _FORWARDING):
        return False
    peer = request.transport.get_extra_info("peername") if request.transport else None
    try:
        address = ipaddress.ip_address(str(peer[0]).partition("%")[0]) if peer else None
    except ValueError:
        return False
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        return address.ipv4_mapped.is_loopback
    return address is not None and address.is_loopback
