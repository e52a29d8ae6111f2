"""The scripted agent: opens a conversation, reads it, reacts, types, answers; by the public API alone."""

import asyncio
import random
import uuid
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta

import aiohttp

from demo import answers, wording
from demo.door import Door, Refused
from demo.state import State, Value

LOOKS_EVERY_S = 0.25
READS_S = (0.8, 1.6)
TYPES_S = (1.2, 2.8)
PATIENCE_S = 20.0  # once a person watches, who gets the chance to be quicker
SAID_MAX = 10_000
CONVERSATIONS_MAX = 1_000  # whose turns are counted


class Agent:
    """One person, one conversation at a time; `opened` is what lies on the screen.

    Where somebody else has answered, the conversation is theirs; while `watched`, nothing is answered at once.
    """

    def __init__(
        self,
        door: Door,
        number_id: str,
        state: State,
        tell: Callable[[str], None],
        *,
        since: datetime,
        watched: Callable[[], bool] = lambda: False,
    ) -> None:
        self._door = door
        self._path = f"/v1/numbers/{number_id}/conversations"
        self._state = state
        self._tell = tell
        self._turns: Counter[str] = Counter()
        self._since = since
        self._watched = watched
        self._said: set[str] = set()
        self.opened: str | None = None
        self.typing = False

    async def run(self) -> None:
        """Answer whoever has waited longest."""
        while True:
            waiting = self.waiting()
            if waiting is None:
                await asyncio.sleep(LOOKS_EVERY_S)
                continue
            try:
                await self._serve(waiting)
            except (Refused, aiohttp.ClientError, TimeoutError) as problem:
                self._tell(f"! the agent was refused: {problem}")
                await asyncio.sleep(1)
            finally:
                self.typing = False

    def waiting(self) -> Value | None:
        """Who has waited longest, open windows first: to the others WhatsApp will not carry an answer anyway."""
        now = wording.now()
        patience = timedelta(seconds=PATIENCE_S if self._watched() else 0)
        unread = [
            each
            for each in self._state.conversations.values()
            if each["unread"]
            and (newest := self._newest(each))
            and datetime.fromisoformat(newest["received_at"]) <= now - patience
            and not self._is_theirs(each)
        ]
        return min(
            unread, key=lambda each: (not wording.left_s(each, now), str(each.get("last_inbound_at"))), default=None
        )

    def _is_theirs(self, conversation: Value) -> bool:
        return any(
            message["origin"] == "agent"
            and message["id"] not in self._said
            and datetime.fromisoformat(message["received_at"]) >= self._since
            for message in self._state.thread(conversation["contact_id"])
        )

    def _newest(self, conversation: Value) -> Value | None:
        """What came last, if it came in this run: the simulator forgets its customers, and their open windows."""
        inbound = [
            message
            for message in self._state.thread(conversation["contact_id"])
            if message["direction"] == "inbound" and datetime.fromisoformat(message["received_at"]) >= self._since
        ]
        return max(inbound, key=lambda message: str(message["received_at"]), default=None)

    async def _serve(self, conversation: Value) -> None:
        self.opened = conversation["contact_id"]
        await asyncio.sleep(random.uniform(*READS_S))  # noqa: S311 (people are not regular)
        newest = self._newest(conversation)
        if newest is None:
            return
        path = f"{self._path}/{conversation['contact_id']}"
        await self._door.ask("POST", f"{path}/read", {"up_to": newest["id"]})
        turn = self._turn(conversation["contact_id"])
        if newest.get("wamid") and (emoji := answers.emoji(turn)):
            await self._send(path, {"type": "reaction", "reaction": {"message_id": newest["id"], "emoji": emoji}})
        self.typing = True
        await asyncio.sleep(random.uniform(*TYPES_S))  # noqa: S311
        said = {"type": "text", "text": {"body": answers.text(conversation, turn)}}
        await self._send(path, said, newest["id"] if answers.is_reply(turn) else None)

    async def _send(self, path: str, content: Value, answers_to: str | None = None) -> None:
        context = {"context": {"message_id": answers_to}} if answers_to else {}
        message_id = str(uuid.uuid4())
        if len(self._said) >= SAID_MAX:
            self._said.clear()
        self._said.add(message_id)
        await self._door.ask("POST", f"{path}/messages", {"id": message_id, "content": content, **context})

    def _turn(self, contact_id: str) -> int:
        if len(self._turns) >= CONVERSATIONS_MAX:
            self._turns.clear()
        self._turns[contact_id] += 1
        return self._turns[contact_id] - 1
