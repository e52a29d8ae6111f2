"""A browser: a snapshot, and changes assigned to it, by the live socket or by pulling; it notes all it hears."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from types import TracebackType
from typing import Self

import aiohttp

from demo.door import Refused
from demo.state import State, Value
from tests.real.waiting import S_MAX
from tests.system.shop import Shop

SUBPROTOCOL = "cloud-inbox.v1"
AGAIN_S = 0.1
MUCH = 100_000


class Browser:
    """Open as a context manager; `offline` and `online` are a laptop's lid."""

    def __init__(self, shop: Shop, *, pulls: bool = False) -> None:
        self._shop = shop
        self._pulls = pulls
        self._following: asyncio.Task[None] | None = None
        self._moved = asyncio.Event()
        self.state = State(messages_max=MUCH)
        self.heard: list[Value] = []
        self.snapshots = 0
        self.connected = 0

    async def __aenter__(self) -> Self:
        await self._begin()
        await self.online()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.offline()

    async def online(self) -> None:
        """From the cursor on."""
        self._following = asyncio.create_task(self._pulling() if self._pulls else self._listening())

    async def offline(self) -> None:
        """Hear nothing."""
        if self._following is not None:
            self._following.cancel()
            with suppress(asyncio.CancelledError):
                await self._following

    async def until(self, true: Callable[[State], object], s_max: float = S_MAX) -> None:
        """Return as soon as the state is so."""
        async with asyncio.timeout(s_max):
            while not true(self.state):
                self._moved.clear()
                await self._moved.wait()

    async def until_shown(self, message_id: str, status: str | None = None, s_max: float = S_MAX) -> Value:
        """A message, as soon as it is there and, if asked for, has come so far."""

        def shown(_: State) -> bool:
            found = self.message(message_id)
            return bool(found) and status in (None, found.get("status"))

        await self.until(shown, s_max)
        return self.message(message_id)

    def message(self, message_id: str) -> Value:
        """Wherever it is; empty when nowhere."""
        threads = self.state.messages.values()
        return next((thread[message_id] for thread in threads if message_id in thread), {})

    def statuses(self, message_id: str) -> list[str]:
        """The ticks of a message as they were seen to climb."""
        seen = [each["value"].get("status") for each in self.heard if each["value"].get("id") == message_id]
        return [status for place, status in enumerate(seen) if place == 0 or status != seen[place - 1]]

    async def _begin(self) -> None:
        self.state.begin(await self._shop.agent.ask("GET", f"{self._shop.path}/snapshot?limit=200"))
        self.snapshots += 1

    async def _again_and_again(self, attempt: Callable[[], Awaitable[None]]) -> None:
        while True:
            with suppress(aiohttp.ClientError, OSError, Refused, TimeoutError):
                await attempt()
            await asyncio.sleep(AGAIN_S)

    async def _listening(self) -> None:
        await self._again_and_again(self._listen)

    async def _listen(self) -> None:
        url = f"{self._shop.stack.part('push').url}/v1/live"
        async with self._shop.stack.http.ws_connect(url, protocols=(SUBPROTOCOL,), max_msg_size=0) as socket:
            numbers = {self._shop.number_id: self.state.cursor}
            await socket.send_json({"type": "hello", "token": self._shop.token, "numbers": numbers})
            begun = False
            async for frame in frames(socket):
                if frame["type"] == "changes":
                    self.connected += not begun  # the first carries the cursor, and whatever has happened since ours
                    begun = True
                    self._assign(frame)
                elif frame["type"] == "resync":
                    await self._begin()
                    return

    async def _pulling(self) -> None:
        await self._again_and_again(self._pull)

    async def _pull(self) -> None:
        token = self._shop.agent.holding(self._shop.token)
        try:
            page = await token.ask("GET", f"{self._shop.path}/changes?since={self.state.cursor}&wait_s=5")
        except Refused as refused:
            if refused.code != "resync":
                raise
            await self._begin()
            return
        self._assign(page)

    def _assign(self, page: Value) -> None:
        for change in page["changes"]:
            self.state.apply(change)
        self.heard += page["changes"]
        self.state.cursor = page["cursor"]
        self._moved.set()


async def frames(socket: aiohttp.ClientWebSocketResponse) -> AsyncIterator[Value]:
    """What comes over a socket, until it is closed."""
    async for frame in socket:
        if frame.type is aiohttp.WSMsgType.TEXT:
            yield json.loads(frame.data)


@asynccontextmanager
async def socket_of(shop: Shop, cursor: str | None) -> AsyncIterator[aiohttp.ClientWebSocketResponse]:
    """A bare socket that has said hello."""
    url = f"{shop.stack.part('push').url}/v1/live"
    async with shop.stack.http.ws_connect(url, protocols=(SUBPROTOCOL,)) as socket:
        await socket.send_json({"type": "hello", "token": shop.token, "numbers": {shop.number_id: cursor}})
        yield socket
