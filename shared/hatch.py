"""A hatch beside the door: a request that came whole is taken and answered without a task, a route or a middleware.

What is taken here is what the long way would have taken, and is answered as it would be: to anything that is not plain
whoever takes says no, and it goes the long way as if nothing had been. Only a head about whose end nobody could be of
another opinion is read here (`head`); all others are for aiohttp's own parser.
"""

import asyncio
from collections.abc import Callable, Mapping
from typing import Protocol

import structlog
from aiohttp import hdrs, web
from aiohttp.helpers import rfc822_formatted_time
from aiohttp.typedefs import Handler

from shared import headers, metrics
from shared.head import Head

log = structlog.get_logger(__name__)

# What asks for more than an answer, or for another one depending on who asks.
_NOT_PLAIN = frozenset(("content-encoding", "origin"))
TOLD_EVERY_S = 0.1  # one line tells of all that was answered meanwhile

Answer = Callable[[int], None]


class Taker(Protocol):
    """Who sits behind a hatch."""

    @property
    def answers(self) -> Mapping[int, web.Response]:
        """Every answer that is given, by its status."""

    def take(self, rest: str, named: Mapping[str, str], body: bytes, answer: Answer) -> bool:
        """Whether it is taken: then `answer` is called once with a status, and not before this has returned.

        `rest` is the path behind the route's fixed part, as it came, and names are in small letters. After False, or an
        exception, nothing was done.
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
        self._took_s: dict[int, list[float]] = {}  # of what was answered since it was told of last

    def takes(self, head: Head, body: bytes, answer: Answer) -> bool:
        """Whether the request is taken, and will be answered."""
        if (
            head.method != hdrs.METH_POST
            or not body
            or not head.path.startswith(self._fixed)
            or not _NOT_PLAIN.isdisjoint(head.named)
            or not self._is_open()
        ):
            return False
        try:
            return self._taker.take(head.path[len(self._fixed) :], head.named, body, answer)
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
        """One was answered: it is counted and told with the others of this moment."""
        took = self._took_s.get(status)
        if took is None:
            if not self._took_s:
                asyncio.get_running_loop().call_later(TOLD_EVERY_S, self.tell)
            took = self._took_s[status] = []
        took.append(took_s)

    def tell(self) -> None:
        """What has not been told."""
        told, self._took_s = self._took_s, {}
        for status, took in told.items():
            metrics.requests_answered(hdrs.METH_POST, self._template, status, took)
            log.info(
                "http.answered",
                method=hdrs.METH_POST,
                route=self._template,
                status=status,
                count=len(took),
                took_ms_max=round(max(took) * 1000, 1),
            )


def spoken(answer: web.Response, *, over_tls: bool = False) -> tuple[bytes, bytes]:
    """An answer in bytes, up to its date and from its body on, for a connection that has no request to answer."""
    body = answer.body or b""
    assert isinstance(body, bytes)
    told = answer.headers.copy()
    told[hdrs.CONTENT_LENGTH] = str(len(body))
    headers.mark(told, over_tls=over_tls)
    fields = "".join(f"{name}: {value}\r\n" for name, value in told.items())
    return f"HTTP/1.1 {answer.status} {answer.reason}\r\n{fields}{hdrs.DATE}: ".encode(), body
