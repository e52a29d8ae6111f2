"""Chat state as a browser holds it: a snapshot, and changes assigned to it. Pure."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

Value = dict[str, Any]


@dataclass
class State:
    """One number. A change carries the whole new value, so nothing is ever computed here."""

    messages_max: int = 200  # kept of one conversation; older ones can be asked for again
    cursor: str = ""
    number: Value = field(default_factory=dict)
    conversations: dict[str, Value] = field(default_factory=dict)
    messages: dict[str, dict[str, Value]] = field(default_factory=dict)

    def begin(self, snapshot: Value) -> None:
        """Forget all, and start from here."""
        self.cursor = snapshot["cursor"]
        self.number = snapshot["number"]
        self.conversations = {each["contact_id"]: each for each in snapshot["conversations"]}
        self.messages = {}

    def hold(self, contact_id: str, page: list[Value]) -> None:
        """A page of a conversation that was opened; what a change has brought meanwhile stays."""
        held = self.messages.setdefault(contact_id, {})
        for message in page:
            held.setdefault(message["id"], message)
        self._trim(contact_id)

    def apply(self, change: Value) -> None:
        """One assignment."""
        value = change["value"]
        match change["kind"]:
            case "message":
                self.messages.setdefault(value["contact_id"], {})[value["id"]] = value
                self._trim(value["contact_id"])
            case "conversation":
                self.conversations[value["contact_id"]] = value
            case "number":
                self.number = value
            case "removed":
                self._remove(value)
        self.cursor = change["cursor"]

    def message(self, contact_id: str, message_id: str) -> Value | None:
        """A message as it is held now."""
        return self.messages.get(contact_id, {}).get(message_id)

    def latest(self) -> list[Value]:
        """Conversations, newest activity first."""
        return sorted(self.conversations.values(), key=lambda each: str(each["last_activity_at"]), reverse=True)

    def thread(self, contact_id: str) -> list[Value]:
        """Messages of a conversation, oldest first."""
        return sorted(self.messages.get(contact_id, {}).values(), key=_said_at)

    def since(self, at: datetime) -> list[Value]:
        """Messages that were received since then, oldest first, as the changes that would have brought them."""
        held = [message for thread in self.messages.values() for message in thread.values()]
        recent = [message for message in held if datetime.fromisoformat(message["received_at"]) >= at]
        return [
            {"kind": "message", "value": each} for each in sorted(recent, key=lambda each: str(each["received_at"]))
        ]

    def _remove(self, removed: Value) -> None:
        if removed["of"] == "message":
            self.messages.get(removed["contact_id"], {}).pop(removed["id"], None)
        elif removed["of"] == "conversation":
            self.conversations.pop(removed["contact_id"], None)
            held = self.messages.pop(removed["contact_id"], {})
            if (now := removed.get("replaced_by")) is not None:
                relabelled = {key: {**each, "contact_id": now} for key, each in held.items()}
                self.messages[now] = {**relabelled, **self.messages.get(now, {})}
        else:
            self.conversations.clear()
            self.messages.clear()

    def _trim(self, contact_id: str) -> None:
        held = self.messages[contact_id]
        if len(held) > self.messages_max:
            for message in sorted(held.values(), key=_said_at)[: len(held) - self.messages_max]:
                del held[message["id"]]


def _said_at(message: Value) -> tuple[str, str, str]:
    return message["sent_at"], message["received_at"], message["id"]
