"""A hatch beside the door: a request that came whole is taken and answered without a task, a route or a middleware.

What is taken here is what the long way would have taken, and is answered as it would be: to anything that is not plain
whoever takes says no, and it goes the long way as if nothing had been. aiohttp's own parser reads the bytes, so that
there is one opinion of where a request ends.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import structlog
from aiohttp import HttpVersion11, StreamReader, hdrs, web
from aiohttp.helpers import rfc822_formatted_time
from aiohttp.http import RawRequestMessage
from aiohttp.streams import EMPTY_PAYLOAD
from aiohttp.typedefs import Handler

from shared import headers, metrics

log = structlog.get_logger(__name__)

# What asks for more than an answer, or for another one depending on who asks.
_NOT_PLAIN = (hdrs.TRANSFER_ENCODING, hdrs.CONTENT_ENCODING, hdrs.EXPECT, hdrs.ORIGIN)
TOLD_EVERY_S = 0.1  # one line tells of all that was answered meanwhile

Answer = Callable[[int], None]


class Taker(Protocol):
    """Who sits behind a hatch."""

    @property
    def answers(self) -> Mapping[int, web.Response]:
        """Every answer that is given, by its status."""

    def take(self, rest: str, named: Mapping[str, str], body: bytes, answer: Answer) -> bool:
        """Whether it is taken: then `answer` is called once with a status, and not before this has returned.

        `rest` is the path behind the route's fixed part, as it came. After False, or an exception, nothing was done.
        """


class HatchedRoute(web.AbstractRouteDef):
    """A route for POST with a hatch beside its handler; its path is a fixed part and one variable."""

    def __init__(self, path: str, handler: Handler, taker: Taker) -> None:
        self.path = path
        self.taker = taker
        self._long_way = web.post(path, handler)

    def register(self, router: web.UrlDispatcher) -> list[web.AbstractRoute]:
        """The long way."""
        return self._long_way.register(router)


@dataclass(slots=True)
class _Answered:
    """What was answered since it was told of last."""

    count: int = 0
    took_s_max: float = 0.0


class Hatch:
    """One of a server; it counts and tells what it answers as the long way does, but many in one line."""

    def __init__(self, route: HatchedRoute, *, is_open: Callable[[], bool], over_tls: bool = False) -> None:
        self._template = route.path
        self._fixed = route.path.partition("{")[0]
        self._taker = route.taker
        self._is_open = is_open
        self._spoken = {status: spoken(answer, over_tls=over_tls) for status, answer in route.taker.answers.items()}
        self._date = ""
        self._now: dict[int, bytes] = {}
        self._answered: dict[int, _Answered] = {}

    def takes(self, message: RawRequestMessage, payload: StreamReader, answer: Answer) -> bool:
        """Whether the request is taken, and will be answered."""
        if (
            message.method != hdrs.METH_POST
            or message.should_close
            or message.upgrade
            or message.version != HttpVersion11
            or payload is EMPTY_PAYLOAD
            or not payload.is_eof()
            or not message.path.startswith(self._fixed)
            or not self._is_open()
        ):
            return False
        told = message.headers
        for name in _NOT_PLAIN:
            if name in told:
                return False
        try:
            return self._taker.take(message.path[len(self._fixed) :], told, b"".join(payload._buffer), answer)
        except Exception:  # the long way meets it again, and tells of it
            return False

    def spoken(self, status: int) -> bytes:
        """An answer as it goes over the wire now."""
        date = rfc822_formatted_time()
        if date is not self._date:  # another second
            self._date = date
            self._now = {
                each: b"%b%b\r\n\r\n%b" % (head, date.encode(), body) for each, (head, body) in self._spoken.items()
            }
        return self._now[status]

    def count(self, status: int, took_s: float) -> None:
        """One was answered."""
        metrics.request_answered(hdrs.METH_POST, self._template, status, took_s)
        answered = self._answered.get(status)
        if answered is None:
            if not self._answered:
                asyncio.get_running_loop().call_later(TOLD_EVERY_S, self.tell)
            answered = self._answered[status] = _Answered()
        answered.count += 1
        answered.took_s_max = max(answered.took_s_max, took_s)

    def tell(self) -> None:
        """What has not been told."""
        told, self._answered = self._answered, {}
        for status, answered in told.items():
            log.info(
                "http.answered",
                method=hdrs.METH_POST,
                route=self._template,
                status=status,
                count=answered.count,
                took_ms_max=round(answered.took_s_max * 1000, 1),
            )


class Sieve:
    """A parser that keeps back what the hatch has taken."""

    def __init__(self, parser: Any, hands_in: Callable[[RawRequestMessage, StreamReader], bool]) -> None:
        self._parser = parser
        self._hands_in = hands_in

    def __getattr__(self, name: str) -> Any:
        return getattr(self._parser, name)

    def feed_data(self, data: bytes) -> tuple[Sequence[tuple[RawRequestMessage, StreamReader]], bool, bytes]:
        """What is left for the long way."""
        messages, upgraded, tail = self._parser.feed_data(data)
        if len(messages) == 1 and not upgraded and self._hands_in(*messages[0]):
            self._parser.message_consumed()
            return (), upgraded, tail
        return messages, upgraded, tail


def spoken(answer: web.Response, *, over_tls: bool = False) -> tuple[bytes, bytes]:
    """An answer in bytes, up to its date and from its body on, for a connection that has no request to answer."""
    body = answer.body or b""
    assert isinstance(body, bytes)
    told = answer.headers.copy()
    told[hdrs.CONTENT_LENGTH] = str(len(body))
    headers.mark(told, over_tls=over_tls)
    fields = "".join(f"{name}: {value}\r\n" for name, value in told.items())
    return f"HTTP/1.1 {answer.status} {answer.reason}\r\n{fields}{hdrs.DATE}: ".encode(), body
