"""What a change means to somebody who watches: compared with what was held before it. Pure."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from demo.state import State, Value
from demo.ticks import mark
from demo.wording import name, words


@dataclass(frozen=True)
class Happening:
    """One line for the viewer; `kind` is what it counts as."""

    kind: str
    contact_id: str
    text: str


def happenings(state: State, changes: Sequence[Value]) -> list[Happening]:
    """What is new in changes that have not been assigned yet; most changes of conversations are no news."""
    told: list[Happening] = []
    conversations = {each["value"]["contact_id"]: each["value"] for each in changes if each["kind"] == "conversation"}
    newer: dict[str, Value] = {}
    for change in changes:
        value = change["value"]
        if change["kind"] == "message":
            contact_id = value["contact_id"]
            before = newer.get(value["id"]) or state.message(contact_id, value["id"])
            newer[value["id"]] = value
            who = name(conversations.get(contact_id) or state.conversations.get(contact_id), contact_id)
            told += [Happening(kind, contact_id, text) for kind, text in _message(before, value, who)]
        elif change["kind"] == "number" and state.number.get("state") not in (None, value["state"]):
            told.append(Happening("number", "", f"the number is now {value['state']}"))
    return told


def _message(before: Value | None, after: Value, who: str) -> list[tuple[str, str]]:
    told = []
    if before is None:
        told.append(_new(after, who))
    was, status = (before or {}).get("status"), after.get("status")
    if status not in (None, "queued", was):
        reason = f" ({after['error']['explanation']})" if status == "failed" and after.get("error") else ""
        told.append((str(status), f"{mark(status)} {status} · {who}: {words(after, 40)}{reason}"))
    reacted = {each["by"]: each["emoji"] for each in (before or {}).get("reactions") or []}
    for reaction in after.get("reactions") or []:
        if reacted.get(reaction["by"]) != reaction["emoji"]:
            by = "we" if reaction["by"] == "business" else who
            told.append(("reaction", f"{reaction['emoji']} {by} reacted to “{words(after, 40)}”"))
    if before is not None and after.get("edited_at") != before.get("edited_at"):
        told.append(("edit", f"✎ {who} changed it to: {words(after)}"))
    if before is not None and after.get("revoked_at") and not before.get("revoked_at"):
        told.append(("revoke", f"⌫ {who} took a message back"))
    return told


def _new(message: Value, who: str) -> tuple[str, str]:
    reply = "↩ " if message.get("context", {}).get("message_id") else ""
    if message["direction"] == "inbound":
        return "in", f"← {who}: {reply}{words(message)}"
    agent = message.get("agent", {}).get("name") or message["origin"]
    return "out", f"→ {agent} to {who}: {reply}{words(message)}"


def summary(counts: Counter[str], took_s: float) -> str:
    """The last line."""
    return (
        f"{counts['in']} messages came in, {counts['out']} answers went out, {counts['delivered']} delivered, "
        f"{counts['read']} read, {counts['failed']} refused by WhatsApp's rules, in {took_s:.0f} s"
    )
