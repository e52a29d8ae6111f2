"""`python -m bench.graph_end PORT`: answers sends as Graph does, after 20 ms, and keeps when it received which.

On plain asyncio protocols, because a server that is busier than who is measured would itself be measured.
"""

import asyncio
import os
import re
import sys
import time
from collections import deque
from contextlib import suppress
from functools import lru_cache
from typing import cast

import orjson

from bench import stamped
from bench.stamped import Stamped
from bench.webhooks import wamid

ANSWER_S = 0.02  # as a Graph nearby: far ones take longer, which only keeps more calls in flight
# It stands for a machine of its own: where it may, it does not wait for a processor.
NICER = -10

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_PATH = re.compile(rb"POST /v[0-9.]+/([0-9]+)/messages ")
_OURS = re.compile(rb'"biz_opaque_callback_data": ?"00000000-0000-4000-8000-([0-9a-f]{12})"')
_TOKEN = re.compile(rb"\r\nauthorization: bearer [^\r]+", re.IGNORECASE)
_HEAD = (
    b"HTTP/1.1 200 OK\r\nVary: Origin, Accept-Encoding\r\nAccess-Control-Allow-Origin: *\r\n"
    b"Content-Type: application/json; charset=UTF-8\r\nfacebook-api-version: v25.0\r\n"
    b"Strict-Transport-Security: max-age=15552000; preload\r\nPragma: no-cache\r\n"
    b"Cache-Control: private, no-cache, no-store, must-revalidate\r\nx-fb-request-id: AbCdEfGhIjKlMnOpQrStUvW\r\n"
    b"x-fb-trace-id: CwQpFz0e2ab\r\nx-fb-rev: 1017283940\r\nConnection: keep-alive\r\nContent-Length: "
)
_END = b"\r\n\r\n"


class Book:
    """What was received: serial, number, and microseconds since 1970 when the system had it; answers not due yet."""

    def __init__(self) -> None:
        self.received: list[tuple[int, str, int]] = []
        self.refused = 0
        self._due: deque[tuple[float, asyncio.Transport, bytes]] = deque()

    def asked(self, head: bytes) -> bytes:
        """How much there is, or all of it, which is forgotten then."""
        if not head.startswith(b"GET /take"):
            return b"%d" % len(self.received)
        told = orjson.dumps({"received": self.received, "refused": self.refused})
        self.received, self.refused = [], 0
        return told

    def take(self, serial: int, number: str, transport: asyncio.Transport) -> None:
        """Received: answered a little later."""
        at_us = transport.received_us if isinstance(transport, Stamped) else time.time_ns() // 1000
        self.received.append((serial, number, at_us))
        self.answer_later(transport, accepted(serial, serial % 10_000_000))

    def answer_later(self, transport: asyncio.Transport, answer: bytes) -> None:
        """One timer for all: they are due in the order in which they came."""
        loop = asyncio.get_running_loop()
        at_s = loop.time() + ANSWER_S
        self._due.append((at_s, transport, answer))
        if len(self._due) == 1:
            loop.call_at(at_s, self._answer)

    def _answer(self) -> None:
        loop = asyncio.get_running_loop()
        now_s = loop.time() + 0.0005
        while self._due and self._due[0][0] <= now_s:
            _, transport, answer = self._due.popleft()
            transport.write(answer)
        if self._due:
            loop.call_at(self._due[0][0], self._answer)


class GraphEnd(asyncio.Protocol):
    """One connection: a request at a time, as clients of HTTP/1.1 do."""

    def __init__(self, book: Book) -> None:
        self._book = book
        self._kept = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep it."""
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        """Answer whatever is whole."""
        kept = self._kept + data if self._kept else data
        while (end := kept.find(_END)) >= 0:
            head, body_at = kept[:end], end + len(_END)
            size = body_at + _length(head)
            if len(kept) < size:
                break
            self._take(head, kept[body_at:size])
            kept = kept[size:]
        self._kept = kept

    def _take(self, head: bytes, body: bytes) -> None:
        if head.startswith(b"GET"):
            told = self._book.asked(head)
            self._transport.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(told), told))
            return
        number, serial = _number(head), _OURS.search(body)
        if number is None or serial is None:
            self._book.refused += 1
            self._transport.write(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 2\r\n\r\n{}")
            return
        self._book.take(int(serial[1], 16), number, self._transport)


def accepted(serial: int, customer: int) -> bytes:
    """Graph's, to a send that it has taken."""
    told = (
        f'{{"messaging_product":"whatsapp","contacts":[{{"input":"+1555{customer:07d}","wa_id":"1555{customer:07d}"}}],'
        f'"messages":[{{"id":"{wamid(serial)}"}}]}}'
    ).encode()
    return b"%b%d\r\n\r\n%b" % (_HEAD, len(told), told)


@lru_cache(maxsize=4096)  # heads repeat: of one number, of the same length of body
def _length(head: bytes) -> int:
    length = _LENGTH.search(head)
    return int(length[1]) if length else 0


@lru_cache(maxsize=4096)
def _number(head: bytes) -> str | None:
    path = _PATH.match(head)
    return path[1].decode() if path and _TOKEN.search(head) else None


async def main(port: int) -> None:
    """For ever."""
    book = Book()
    with stamped.listening(lambda: GraphEnd(book), "127.0.0.1", port):
        await asyncio.Event().wait()


if __name__ == "__main__":
    import uvloop

    with suppress(OSError):
        os.nice(NICER)
    uvloop.run(main(int(sys.argv[1])))
