"""`python -m bench.agents SHIFT`: agents who send by the api, and the browser that has to hear what came of it."""

import asyncio
import re
import sys
from urllib.parse import urlsplit

import orjson

from bench.clicks import message_id, text
from bench.generator import HOST, Generator
from bench.graph_end import Book, GraphEnd
from bench.journey import Ear
from bench.load import Clicks, Journey
from bench.meta_end import WRITTEN_FIRST
from bench.webhooks import NUMBER_ID, serials

_CHANGE = b'"kind":"'
_MESSAGE = b'message"'
_SENT = re.compile(rb'"id":"00000000-0000-4000-8000-([0-9a-f]{12})"')
_READ = b'"status":"read"'
_TAIL_MAX = 64 * 1024  # of a change that is not whole yet


class Shift(Journey, Clicks):
    """So many sends at a pace, to customers in turn."""

    desk_port: int


class Hearing(Ear):
    """Keeps when it heard that a send was read, and that a customer wrote."""

    def __init__(self, shift: Shift) -> None:
        super().__init__(shift)
        self.read_s: dict[int, float] = {}
        self.written_s: dict[int, float] = {}

    def listen(self, seen: bytes, now_s: float) -> bytes:
        """Change by change; the last may not be whole."""
        changes = seen.split(_CHANGE)
        for change in changes[1:]:
            if change.startswith(_MESSAGE):
                self._hear(change, now_s)
        return (_CHANGE + changes[-1])[-_TAIL_MAX:] if len(changes) > 1 else seen[-_TAIL_MAX:]

    def _hear(self, change: bytes, now_s: float) -> None:
        if (sent := _SENT.search(change)) is not None:
            if _READ in change:
                self.read_s.setdefault(int(sent[1], 16), now_s)
            return
        for serial in serials(change):
            if serial >= WRITTEN_FIRST:
                self.written_s.setdefault(serial, now_s)


class Desk(Book):
    """What the agents and their browser have done so far."""

    def __init__(self, shift: Shift, generator: Generator, hearing: Hearing) -> None:
        super().__init__()
        self._shift = shift
        self._generator = generator
        self._hearing = hearing
        self._running: asyncio.Task[None] | None = None

    def asked(self, head: bytes) -> bytes:
        """`/begin` lets them send, `/stop` lets nobody send any more; `/count` and `/take` tell."""
        path = urlsplit(head.split(b" ", 2)[1].decode()).path
        if path == "/begin":
            self._running = asyncio.get_running_loop().create_task(self._generator.run())
        elif path == "/stop":
            self._generator.stop()
        elif path == "/take":
            return orjson.dumps(self._all())
        asked, answered, refused = self._generator.counts()
        heard, written = len(self._hearing.read_s), len(self._hearing.written_s)
        return orjson.dumps(
            {
                "asked": asked,
                "answered": answered,
                "refused": refused,
                "read": heard,
                "written": written,
                "deaf": self._hearing.complete.done(),
            }
        )

    def _all(self) -> dict[str, object]:
        told = self._generator.told()
        refused = set(told.refused)
        return {
            "accepted_us": [
                (serial, round(at_s * 1_000_000))
                for serial, at_s in self._generator.due_s.items()
                if serial not in refused
            ],
            "codes": list(told.codes.items()),
            "latency": list(told.latency.items()),
            "read": list(self._hearing.read_s),
            "written_us": [(serial, round(at_s * 1_000_000)) for serial, at_s in self._hearing.written_s.items()],
        }


def sends(shift: Clicks) -> list[bytes]:
    """A request each: agents in turn, customers in turn."""
    host = f"{HOST}:{shift.port}"
    return [
        _send(serial, host, shift.secrets[serial % len(shift.secrets)], shift.customers)
        for serial in range(shift.first, shift.first + shift.count)
    ]


def _send(serial: int, host: str, secret: str, customers: int) -> bytes:
    body = orjson.dumps({"id": message_id(serial), "content": {"type": "text", "text": {"body": text(serial)}}})
    head = (
        f"POST /v1/numbers/{NUMBER_ID}/conversations/1555{serial % customers:07d}/messages HTTP/1.1\r\nHost: {host}\r\n"
        f"Accept: application/json\r\nAuthorization: Bearer {secret}\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


async def main(shift: Shift) -> None:
    """Until it is ended."""
    generator = Generator(shift, sends(shift), taken=202)
    await generator.open()
    loop = asyncio.get_running_loop()
    _, hearing = await loop.create_connection(lambda: Hearing(shift), HOST, shift.live_port)
    await asyncio.wait_for(hearing.ready, shift.answer_s_max)
    desk = Desk(shift, generator, hearing)
    server = await loop.create_server(lambda: GraphEnd(desk), HOST, shift.desk_port)
    await server.serve_forever()


if __name__ == "__main__":
    import uvloop

    uvloop.run(main(Shift.model_validate_json(sys.argv[1])))
