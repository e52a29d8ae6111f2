"""Follows a number over the live socket: from its cursor, through any number of disconnects."""

import asyncio
import random
from collections.abc import Callable

import aiohttp

from demo.door import Door, Refused
from demo.state import State, Value

SUBPROTOCOL = "cloud-inbox.v1"
SILENCE_S_MAX = 60.0  # three heartbeats
PAUSE_S = (0.2, 1.0)
OPENED_MAX = 50  # conversations whose messages are read at the start
PAGE = 50
NOT_WELCOME = (4401, 4403)


class NotWelcome(Exception):
    """The token is not, or no longer, good for the socket."""


class Following:
    """Keeps a state true; `hear` is told of changes just before they are assigned."""

    def __init__(
        self, door: Door, token: str, number_id: str, state: State, hear: Callable[[list[Value]], None]
    ) -> None:
        self._door = door
        self._token = token
        self._number_id = number_id
        self._state = state
        self._hear = hear
        self.live = False

    async def begin(self) -> None:
        """A snapshot, and the newest messages of its conversations."""
        path = f"/v1/numbers/{self._number_id}"
        self._state.begin(await self._door.ask("GET", f"{path}/snapshot?limit=200"))
        for conversation in self._state.latest()[:OPENED_MAX]:
            contact_id = conversation["contact_id"]
            page = await self._door.ask("GET", f"{path}/conversations/{contact_id}/messages?limit={PAGE}")
            self._state.hold(contact_id, page["messages"])

    async def run(self) -> None:
        """Connecting again is the same as connecting."""
        while True:
            try:
                await self._connected()
            except (aiohttp.ClientError, Refused, TimeoutError, OSError):
                pass  # it will be back: the cursor knows where to go on
            finally:
                self.live = False
            await asyncio.sleep(random.uniform(*PAUSE_S))  # noqa: S311 (jitter)

    async def _connected(self) -> None:
        url = f"{self._door.url}/v1/live"
        async with self._door.http.ws_connect(url, protocols=(SUBPROTOCOL,), max_msg_size=0) as socket:
            numbers = {self._number_id: self._state.cursor}
            await socket.send_json({"type": "hello", "token": self._token, "numbers": numbers})
            while True:
                frame = await socket.receive(SILENCE_S_MAX)
                if frame.type is not aiohttp.WSMsgType.TEXT:
                    break
                if not await self._take(frame.json()):
                    return
            if socket.close_code in NOT_WELCOME:
                raise NotWelcome(f"the live socket was closed with {socket.close_code}")

    async def _take(self, frame: Value) -> bool:
        """Whether to go on with this socket."""
        match frame["type"]:
            case "welcome":
                self.live = True
            case "changes":
                self._hear(frame["changes"])
                for change in frame["changes"]:
                    self._state.apply(change)
                self._state.cursor = frame["cursor"]
            case "resync":
                await self.begin()
                return False  # connect again, from the new cursor
        return True
