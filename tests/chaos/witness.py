"""A browser that follows everything: it notes each tick in the order it came, through reconnects and new beginnings."""

import asyncio
from dataclasses import dataclass

import aiohttp

from demo.door import ANSWER_S_MAX
from demo.state import State, Value
from tests.system.browser import MUCH, SUBPROTOCOL, Browser, frames
from tests.system.shop import PAGE, Shop

# Twice the server's heartbeat, and some: a line on which nothing comes for so long is dead, whatever TCP believes.
SILENCE_S_MAX = 45.0


@dataclass(frozen=True, slots=True)
class Tick:
    """A status as it was shown; `read` came with a page that was asked for, not by the feed.

    The history is that of the feed: a store that was lost altogether and is made anew tells everything from the start.
    """

    message_id: str
    status: str
    read: bool = False
    history: str = ""


class Witness(Browser):
    """By the live socket, or by pulling."""

    def __init__(self, shop: Shop, name: str, *, pulls: bool = False) -> None:
        super().__init__(shop, pulls=pulls)
        self.name = name
        self.ticks: list[Tick] = []
        self.cursors: list[list[str]] = []

    async def _begin(self) -> None:
        """A snapshot, and every page behind it: what has gone by meanwhile comes with no feed any more."""
        fresh = State(messages_max=MUCH)
        fresh.begin(await self._shop.agent.ask("GET", f"{self._shop.path}/snapshot?limit={PAGE}"))
        read: list[Value] = []
        for contact_id in fresh.conversations:
            thread = await self._shop.messages(contact_id)
            fresh.hold(contact_id, list(thread.values()))
            read += thread.values()
        self.state = fresh
        self.snapshots += 1
        self.cursors.append([])
        now = _history(fresh.cursor)
        self.ticks += [Tick(each["id"], each["status"], True, now) for each in read if each.get("status")]

    async def _listen(self) -> None:
        url = f"{self._shop.stack.part('push').url}/v1/live"
        wait = aiohttp.ClientWSTimeout(ws_receive=SILENCE_S_MAX, ws_close=1.0)
        async with asyncio.timeout(ANSWER_S_MAX):
            socket = await self._shop.stack.http.ws_connect(url, protocols=(SUBPROTOCOL,), max_msg_size=0, timeout=wait)
        try:
            numbers = {self._shop.number_id: self.state.cursor}
            await socket.send_json({"type": "hello", "token": self._shop.token, "numbers": numbers})
            async for frame in frames(socket):
                if frame["type"] == "changes":
                    self._assign(frame)
                elif frame["type"] == "resync":
                    await self._begin()
                    return
        finally:
            await socket.close()

    def _assign(self, page: Value) -> None:
        for change in page["changes"]:
            self.cursors[-1].append(change["cursor"])
            value = change["value"]
            if change["kind"] == "message" and value.get("status"):
                self.ticks.append(Tick(value["id"], value["status"], history=_history(change["cursor"])))
        super()._assign(page)


def _history(cursor: str) -> str:
    return cursor.partition(".")[2]
