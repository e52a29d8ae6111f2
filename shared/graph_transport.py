"""How bytes reach Graph: httpx's transport over aiohttp, which tells "surely never left" from "nobody knows".

The ready-made bridges report a connection that was cut after the request had left as a failure to connect; a sender
that believed them would send a message twice.
"""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from types import SimpleNamespace, TracebackType
from typing import Self

import aiohttp
import httpx

DEADLINE_S = 10.0  # Graph answers in well under a second; who has waited ten will get no answer
CONNECT_S = 5.0  # leaves half of the deadline for the answer
IDLE_S = 15.0  # shorter than any server's own limit, so that no request meets a connection that is being closed
CONNECTIONS_MAX = 256  # more than one process has calls in flight: waiting for a connection is waiting unseen
ANSWER_BYTES_MAX = 256 * 1024  # an answer is a kilobyte or two

# The body reaches httpx decoded and whole, so what described its journey no longer holds.
_OF_THE_JOURNEY = {b"content-encoding", b"content-length", b"transfer-encoding", b"connection", b"keep-alive"}


@dataclass(slots=True)
class _Departure:
    """Whether the first byte of a request may have left."""

    left: bool = False


class _SecondDeparture(Exception):
    """aiohttp wanted to repeat a GET by itself on a dropped connection."""


class Transport(httpx.AsyncBaseTransport):
    """Raises httpx.ConnectError when the request surely never left, httpx.ReadError when nobody knows."""

    def __init__(
        self,
        *,
        deadline_s: float = DEADLINE_S,
        connect_s: float = CONNECT_S,
        idle_s: float = IDLE_S,
        connections_max: int = CONNECTIONS_MAX,
    ) -> None:
        self._deadline_s = deadline_s
        self._connect_s = connect_s
        self._idle_s = idle_s
        self._connections_max = connections_max
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        """Open the pool; nothing connects yet."""
        departures = aiohttp.TraceConfig()
        departures.on_request_headers_sent.append(_note_departure)
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=self._connections_max, keepalive_timeout=self._idle_s),
            # No total: the deadline below ends in our own hands, with `left` still known.
            timeout=aiohttp.ClientTimeout(
                total=None, connect=self._connect_s, sock_connect=self._connect_s, sock_read=self._deadline_s
            ),
            cookie_jar=aiohttp.DummyCookieJar(),
            trace_configs=[departures],
        )
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None = None,
        exc_value: BaseException | None = None,
        traceback: TracebackType | None = None,
    ) -> None:
        """Close every connection."""
        if self._session is not None:
            await self._session.close()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """One request, one departure at most, the whole answer within the deadline."""
        assert self._session is not None, "used outside its context"
        content = await request.aread()
        departure = _Departure()
        try:
            async with (
                asyncio.timeout(self._deadline_s),
                self._session.request(
                    request.method,
                    str(request.url),
                    data=content or None,
                    headers=list(request.headers.items()),
                    allow_redirects=False,
                    trace_request_ctx=departure,
                ) as answer,
            ):
                body = await _read(answer)
                headers = _kept(answer.raw_headers)
        except (aiohttp.ClientError, _SecondDeparture, OSError, TimeoutError, ValueError, RuntimeError) as error:
            # Not by class: the hook fires before the first byte is written, so its silence is proof.
            kind = httpx.ReadError if departure.left else httpx.ConnectError
            raise kind(type(error).__name__, request=request) from error
        return httpx.Response(answer.status, headers=headers, content=body, request=request)


async def _note_departure(
    _session: aiohttp.ClientSession, context: SimpleNamespace, _: aiohttp.TraceRequestHeadersSentParams
) -> None:
    departure: _Departure = context.trace_request_ctx
    if departure.left:
        raise _SecondDeparture
    departure.left = True


async def _read(answer: aiohttp.ClientResponse) -> bytes:
    body = bytearray()
    async for piece in answer.content.iter_any():
        body += piece
        if len(body) > ANSWER_BYTES_MAX:
            raise ValueError("the answer is too long")
    return bytes(body)


def _kept(headers: Iterable[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    return [(name, value) for name, value in headers if name.lower() not in _OF_THE_JOURNEY]
