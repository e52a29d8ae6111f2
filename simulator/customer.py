"""A person with WhatsApp on a phone, and what they have going with each business number."""

import asyncio
from collections import deque
from dataclasses import dataclass, field
from typing import Any, Literal

from simulator.limits import Bucket
from simulator.steps import Step

# How statuses of messages to this customer behave, beyond being online and reading:
# `chat_open`: no `delivered`, `read` implies it. `reversed`: read, delivered, sent. `early`: `sent` before the answer.
# `thrice`: every status three times. `dropped`: sent, then failed. `late_delivery`: failed, and delivered after all.
# `silent`: no status ever.
Habit = Literal["plain", "chat_open", "reversed", "early", "thrice", "dropped", "late_delivery", "silent"]


# How far a message of the business has got, least first; what comes late never takes anything back.
REACHES = ("", "sent", "failed", "delivered", "read", "played")


@dataclass(slots=True)
class Sent:
    """A message a business number sent, as the customer's phone sees it; `reaction` is the customer's."""

    wamid: str
    number_id: str
    customer_id: str
    content: dict[str, Any]
    type: str
    at: float
    by_phone: bool
    callback_token: str | None = None
    context_wamid: str | None = None
    is_echo: bool = False
    status: str = ""
    reaction: str = ""

    def reach(self, state: str) -> None:
        """Remember the furthest status that was reported."""
        if state in REACHES and REACHES.index(state) > REACHES.index(self.status):
            self.status = state


@dataclass(slots=True)
class Written:
    """A message the customer wrote, as their own phone shows it; `is_read`: the business has told WhatsApp so."""

    wamid: str
    content: dict[str, Any]
    at: float
    context_wamid: str | None = None
    is_edited: bool = False
    is_revoked: bool = False
    is_read: bool = False


@dataclass(slots=True)
class Thread:
    """What one customer and one number have between them; each list keeps the newest only."""

    last_inbound_at: float | None = None
    pair: Bucket = field(default_factory=Bucket)
    received: deque[Sent] = field(default_factory=lambda: deque(maxlen=200))
    waiting: deque[Sent] = field(default_factory=lambda: deque(maxlen=1_000))
    written: deque[Written] = field(default_factory=lambda: deque(maxlen=200))

    def edit(self, wamid: str, content: dict[str, Any]) -> None:
        """The customer's message says something else from now on."""
        for written in self.written:
            if written.wamid == wamid:
                written.content, written.is_edited = content, True

    def revoke(self, wamid: str) -> None:
        """The customer's message is deleted for everyone."""
        for written in self.written:
            if written.wamid == wamid:
                written.is_revoked = True

    def react(self, wamid: str, emoji: str) -> None:
        """The customer's emoji on a message of the business; an empty one takes it away."""
        for sent in self.received:
            if sent.wamid == wamid:
                sent.reaction = emoji

    def mark_read(self, wamid: str) -> None:
        """A read receipt is for a message and all before it."""
        if any(written.wamid == wamid for written in self.written):
            for written in self.written:
                written.is_read = True
                if written.wamid == wamid:
                    return


@dataclass(slots=True)
class Customer:
    """A person; `phone` is None for those known by username only, `shares_phone` hides one that exists."""

    id: str
    name: str
    phone: str | None
    bsuid: str | None
    username: str | None = None
    language: str = "en"
    about: str = ""
    parent_bsuid: str | None = None
    shares_phone: bool = True
    online: bool = True
    reads: bool = True
    habit: Habit = "plain"
    script: tuple[Step, ...] = ()
    small_talk: tuple[str, ...] = ()
    threads: dict[str, Thread] = field(default_factory=dict)
    attempts: int = 0
    aliases: list[str] = field(default_factory=list)
    answered: asyncio.Event = field(default_factory=asyncio.Event)

    def thread(self, number_id: str) -> Thread:
        """The thread with a number, begun if need be."""
        found = self.threads.get(number_id)
        if found is None:
            found = self.threads[number_id] = Thread()
        return found

    @property
    def wa_id(self) -> str | None:
        """The number a business may see."""
        return self.phone if self.shares_phone else None

    @property
    def address(self) -> str:
        """What a wamid embeds."""
        return self.phone or self.bsuid or self.id

    def profile(self) -> dict[str, Any]:
        """One element of `contacts` (webhooks/reference/messages)."""
        profile = {"name": self.name}
        if self.username:
            profile["username"] = self.username
        contact: dict[str, Any] = {"profile": profile}
        if self.wa_id:
            contact["wa_id"] = self.wa_id
        if self.bsuid:
            contact["user_id"] = self.bsuid
        if self.parent_bsuid:
            contact["parent_user_id"] = self.parent_bsuid
        return contact

    def shown(self) -> dict[str, Any]:
        """How the admin API shows a customer."""
        return {
            "id": self.id,
            "name": self.name,
            "phone": self.phone,
            "bsuid": self.bsuid,
            "username": self.username,
            "language": self.language,
            "about": self.about,
            "parent_bsuid": self.parent_bsuid,
            "shares_phone": self.shares_phone,
            "online": self.online,
            "reads": self.reads,
            "habit": self.habit,
            "aliases": self.aliases,
            "has_script": bool(self.script or self.small_talk),
            "threads": {
                number_id: {
                    "last_inbound_at": thread.last_inbound_at,
                    "received": len(thread.received),
                    "waiting": len(thread.waiting),
                    "last_written": thread.written[-1].wamid if thread.written else None,
                    "last_received": thread.received[-1].wamid if thread.received else None,
                }
                for number_id, thread in self.threads.items()
            },
        }
