"""Which pages may call us: the public address, what the operator allows, and our own browser extension."""

import re
from urllib.parse import urlsplit

from aiohttp import hdrs, web
from multidict import CIMultiDict

from shared.problem import ProblemError
from shared.settings import Settings

_MOZ_EXTENSION = re.compile(r"moz-extension://[0-9A-Fa-f-]{36}")
_CHROME_EXTENSION = re.compile(r"chrome-extension://([a-p]{32})")
_LOOPBACK = frozenset(("127.0.0.1", "localhost", "::1"))
_PREFLIGHT_S = 600  # a changed allow list is in force within ten minutes
_METHODS = "GET, HEAD, POST, PUT, PATCH, DELETE"
_SENT = "Authorization, Content-Type, If-None-Match"
_SHOWN = "Date, ETag, Retry-After, Content-Disposition"


def origin_allowed(settings: Settings, origin: str | None) -> bool:
    """Whether a page of this origin may call us; no origin is no page, and the token authorises in any case."""
    if origin is None:
        return True
    if _MOZ_EXTENSION.fullmatch(origin):
        return True  # random by design, so no list could name it
    if extension := _CHROME_EXTENSION.fullmatch(origin):
        return bool({"*", extension[1]} & set(settings.extension_ids)) or origin in settings.allowed_origins
    origin = origin.lower()
    return origin in (settings.public_url, *settings.allowed_origins) or _same_machine(settings.public_url, origin)


def is_preflight(request: web.Request) -> bool:
    """Whether a browser asks beforehand if a page may send a request."""
    return (
        request.method == hdrs.METH_OPTIONS
        and hdrs.ORIGIN in request.headers
        and hdrs.ACCESS_CONTROL_REQUEST_METHOD in request.headers
    )


def preflight(settings: Settings, request: web.Request) -> web.Response:
    """The answer to that."""
    if not origin_allowed(settings, request.headers.get(hdrs.ORIGIN)):
        raise ProblemError(403, "origin_not_allowed", "Set INBOX_ALLOWED_ORIGINS or INBOX_EXTENSION_IDS.")
    headers: dict[str, str] = {
        hdrs.ACCESS_CONTROL_ALLOW_METHODS: _METHODS,
        hdrs.ACCESS_CONTROL_ALLOW_HEADERS: _SENT,
        hdrs.ACCESS_CONTROL_MAX_AGE: str(_PREFLIGHT_S),
    }
    if request.headers.get("Access-Control-Request-Private-Network") == "true":
        headers["Access-Control-Allow-Private-Network"] = "true"  # the overlay may call an inbox on its own machine
    return web.Response(status=204, headers=headers)


def mark(settings: Settings, request: web.BaseRequest, headers: CIMultiDict[str]) -> None:
    """Tell the browser, on every answer, whether the page may read it."""
    headers.add(hdrs.VARY, hdrs.ORIGIN)
    origin = request.headers.get(hdrs.ORIGIN)
    if origin is not None and origin_allowed(settings, origin):
        headers[hdrs.ACCESS_CONTROL_ALLOW_ORIGIN] = origin
        headers[hdrs.ACCESS_CONTROL_EXPOSE_HEADERS] = _SHOWN


def _same_machine(public_url: str, origin: str) -> bool:
    """An inbox on this machine is reached by any of its names: 127.0.0.1, localhost, ::1."""
    try:
        ours, theirs = urlsplit(public_url), urlsplit(origin)
        return (
            ours.hostname in _LOOPBACK
            and theirs.hostname in _LOOPBACK
            and (ours.scheme, ours.port) == (theirs.scheme, theirs.port)
            and origin == f"{theirs.scheme}://{theirs.netloc}"
        )
    except ValueError:
        return False
