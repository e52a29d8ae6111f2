"""`python -m bench.publisher`: makes changes, in a process of its own; a byte of its pipe asks for one, or for all."""

import asyncio
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import cast

from bench.answer import taken
from bench.audience import Press, Published
from bench.changes import change
from bench.counter import HOST, STEP
from bench.load import READY
from bench.webhooks import NUMBER_ID
from shared import redis
from shared.contract.ids import NumberId, WorkspaceId
from shared.cursor import position
from shared.feed import Feed
from shared.process import now_ms

Publish = Callable[[int], Awaitable[str]]  # a lane's: a change by its place; returns its cursor, or nothing


@asynccontextmanager
async def into_feed(press: Press, number_id: NumberId) -> AsyncIterator[list[Publish]]:
    """As the projector's commit does it: appended, trimmed and announced in one script."""
    async with redis.connect(press.redis_url) as store:
        feed = Feed(store)

        async def publish(serial: int) -> str:
            cursor = await feed.append(WorkspaceId(press.workspace_id), number_id, [change(serial)], now_ms())
            assert cursor is not None
            return cursor

        yield [publish] * press.lanes


class Line(asyncio.Protocol):
    """A connection that is kept open, with one change on it at a time."""

    def __init__(self) -> None:
        self._received = b""
        self._answer: asyncio.Future[int] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """It is open."""
        self._transport = cast("asyncio.Transport", transport)

    async def post(self, content: bytes) -> None:
        """Return when it is confirmed."""
        self._answer = asyncio.get_running_loop().create_future()
        self._transport.write(content)
        if not 200 <= (code := await self._answer) < 300:
            raise RuntimeError(f"publishing was answered {code}")

    def data_received(self, data: bytes) -> None:
        """Some of the answer, mostly all of it."""
        self._received += data
        if (found := taken(self._received)) is not None and self._answer is not None:
            code, size = found
            self._received = self._received[size:]
            self._answer.set_result(code)

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing more is confirmed."""
        if self._answer is not None and not self._answer.done():
            self._answer.set_result(0)

    def close(self) -> None:
        """No more to publish."""
        self._transport.close()


@asynccontextmanager
async def by_http(press: Press) -> AsyncIterator[list[Publish]]:
    """A connection for each lane, kept open."""
    head = f"POST {press.path} HTTP/1.1\r\nHost: {HOST}\r\nContent-Type: application/json\r\nContent-Length: ".encode()

    def lane(line: Line) -> Publish:
        async def publish(serial: int) -> str:
            body = change(serial)
            await line.post(b"%b%d\r\n\r\n%b" % (head, len(body), body))
            return ""

        return publish

    loop = asyncio.get_running_loop()
    lines = [(await loop.create_connection(Line, HOST, press.port))[1] for _ in range(press.lanes)]
    try:
        yield [lane(line) for line in lines]
    finally:
        for line in lines:
            line.close()


async def run(press: Press) -> None:
    """Until all is published."""
    confirmed: list[tuple[str, int]] = []
    places = iter(range(press.first, press.first + press.changes))
    opened = into_feed(press, NumberId(NUMBER_ID)) if press.redis_url else by_http(press)
    async with opened as lanes:

        async def lane(publish: Publish) -> None:
            for serial in places:
                confirmed.append((await publish(serial), serial))

        print(READY, flush=True)
        reader = await _stdin()
        # It ends with its pipe, not before: until then its processor time can be read.
        while asked := await reader.read(1):
            if asked == STEP:
                serial = next(places)
                confirmed.append((await lanes[0](serial), serial))
            else:
                await asyncio.gather(*(lane(publish) for publish in lanes))
    if press.redis_url:
        confirmed.sort(key=lambda each: _order(each[0]))
    told = Published(serials=[serial for _, serial in confirmed], is_ordered=bool(press.redis_url))
    print(told.model_dump_json(), flush=True)


def _order(cursor: str) -> tuple[int, int]:
    ms, _, number = position(cursor).entry_id.partition("-")
    return int(ms), int(number)


async def _stdin() -> asyncio.StreamReader:
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    return reader


if __name__ == "__main__":
    import uvloop

    uvloop.run(run(Press.model_validate_json(sys.argv[1])))
