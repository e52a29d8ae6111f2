"""A request that becomes a WebSocket: the handshake, after which nothing of the HTTP server stays on the connection."""

import base64
import binascii
import hashlib
from collections.abc import Callable
from dataclasses import replace

from aiohttp import hdrs, web
from aiohttp.abc import AbstractStreamWriter
from aiohttp.web_request import BaseRequest

from services.push.line import Line
from shared.contract.feed import SUBPROTOCOL
from shared.edge import Edge, Visit
from shared.problem import ProblemError

_GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"  # of RFC 6455, 1.3
_KEY_BYTES = 16
_VERSION = "13"


class Taken(web.StreamResponse):
    """What the server is told when its connection is somebody else's: all has been said."""

    def __init__(self) -> None:
        super().__init__(status=101)

    async def prepare(self, request: BaseRequest) -> AbstractStreamWriter | None:
        """Nothing."""
        return None

    async def write_eof(self, data: bytes = b"") -> None:
        """Nothing."""


def agreed(request: web.Request) -> bytes:
    """The answer that makes it a WebSocket, without extensions; a ProblemError when it asks for no such thing."""
    told = request.headers
    if not (_tokens(request, hdrs.UPGRADE) >= {"websocket"} and _tokens(request, hdrs.CONNECTION) >= {"upgrade"}):
        raise ProblemError(400, "no_upgrade", "This is a WebSocket: ask for an upgrade.")
    if told.get(hdrs.SEC_WEBSOCKET_VERSION) != _VERSION:
        raise ProblemError(400, "no_upgrade", headers={hdrs.SEC_WEBSOCKET_VERSION: _VERSION})
    key = told.get(hdrs.SEC_WEBSOCKET_KEY, "")
    try:
        sound = len(base64.b64decode(key, validate=True)) == _KEY_BYTES
    except (binascii.Error, ValueError):
        sound = False
    if not sound or request.body_exists:
        raise ProblemError(400, "no_upgrade")
    accept = base64.b64encode(hashlib.sha1(key.encode() + _GUID, usedforsecurity=False).digest())
    protocol = b""
    if SUBPROTOCOL in _tokens(request, hdrs.SEC_WEBSOCKET_PROTOCOL, lower=False):
        protocol = b"Sec-WebSocket-Protocol: %b\r\n" % SUBPROTOCOL.encode()
    return (
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Accept: %b\r\n%b\r\n" % (accept, protocol)
    )


def _tokens(request: web.Request, name: str, *, lower: bool = True) -> set[str]:
    listed = ",".join(request.headers.getall(name, []))
    return {token.strip() for token in (listed.lower() if lower else listed).split(",")}


def take_over(request: web.Request, answer: bytes, line: Line) -> Callable[[], None]:
    """Let the line have the connection; call what is returned when it is gone, for until then it has a place."""
    visit, transport = request.protocol, request.transport
    assert isinstance(visit, Visit)
    if transport is None or transport.is_closing():
        raise ConnectionResetError
    edge, tail, paused = visit._edge, visit._message_tail, visit._reading_paused
    # The server takes it for lost: it forgets request, parser and task, and closes nothing.
    visit.transport = None
    visit.connection_lost(None)
    _occupy(edge, 1)
    transport.set_protocol(line)
    line.carry(transport)
    line.write(answer)
    if paused:
        transport.resume_reading()
    if tail:
        line.data_received(tail)
    return lambda: _occupy(edge, -1)


def _occupy(edge: Edge, places: int) -> None:
    """A connection that the server has forgotten still takes one of those that it may have."""
    edge.limits = replace(edge.limits, connections_max=edge.limits.connections_max - places)
