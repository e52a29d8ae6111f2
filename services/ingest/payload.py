"""Meta's JSON, the outside: envelope, changes, what a value lists (META: webhooks/overview); parts.py is the inside.

Nothing here trusts a shape: what cannot be read is carried along with the reason, and its neighbours live on.
"""

import re
from dataclasses import dataclass, field

from services.ingest.document import Fields, Json
from shared.contract.ids import NUMBER_ID_PATTERN, NumberId

# Fields about the account name no number; their events carry this instead, which no number of Meta's can be.
NO_NUMBER = NumberId("")

_NUMBER_ID = re.compile(NUMBER_ID_PATTERN, re.ASCII)

_LISTS = frozenset(
    {"contacts", "messages", "message_echoes", "statuses", "history", "state_sync", "user_id_update", "calls"}
)
_NEEDS_NUMBER = _LISTS - {"contacts", "calls"} | {"standby"}
_CONVERSATIONAL_FIELDS = frozenset(
    {"messages", "smb_message_echoes", "message_echoes", "history", "standby", "smb_app_state_sync", "user_id_update"}
)


@dataclass(frozen=True, slots=True)
class Change:
    """One change of one entry; with a `problem` it cannot be read, and `raw` is all there is."""

    field: str
    raw: Json
    account_id: str | None = None
    number_id: NumberId = NO_NUMBER
    value: Json = None
    problem: str | None = None

    @property
    def is_conversational(self) -> bool:
        """Whether the value lists what belongs to conversations, whatever its field is called."""
        return self.number_id != NO_NUMBER and (
            self.field in _CONVERSATIONAL_FIELDS or "calls" in self.value or not _NEEDS_NUMBER.isdisjoint(self.value)
        )


@dataclass(slots=True)
class Value:
    """What a change about conversations lists; `odd` is named like a list but is none, `rest` has no name here."""

    lists: dict[str, list[Json]] = field(default_factory=dict)
    odd: Fields = field(default_factory=dict)
    rest: Fields = field(default_factory=dict)
    standby: "Value | None" = None
    display_number: str | None = None


def changes(document: Fields) -> list[Change]:
    """Every change of every entry, in Meta's order."""
    found: list[Change] = []
    if "entry" not in document and "field" in document:
        found.append(_change(document, None))  # the samples in Meta's pages, and the dashboard's preview
        return found
    listed = document.get("entry")
    if not isinstance(listed, list):
        found.append(Change("entry", document, problem="entry: not a list"))
        return found
    entries, strays = objects(listed)
    if strays:
        found.append(Change("entry", strays, problem="entry: not an object"))
    for entry in entries:
        _add_changes(entry, found)
    return found


def objects(listed: list[Json]) -> tuple[list[Fields], list[Json]]:
    """The objects of a list, and everything else in it: two million zeros are one oddity, not two million."""
    found = [part for part in listed if type(part) is dict]
    return found, [] if len(found) == len(listed) else [part for part in listed if type(part) is not dict]


def _add_changes(entry: Fields, found: list[Change]) -> None:
    account_id = text(entry.get("id"))
    listed = [entry] if "changes" not in entry and "field" in entry else entry.get("changes")
    if not isinstance(listed, list):
        found.append(Change("entry", entry, account_id, problem="changes: not a list"))
        return
    parts, strays = objects(listed)
    if strays:
        found.append(Change("changes", strays, account_id, problem="change: not an object"))
    for part in parts:
        found.append(_change(part, account_id))


def _change(change: Fields, account_id: str | None) -> Change:
    name, value = change.get("field"), change.get("value")
    if not isinstance(name, str) or not name:
        return Change("changes", change, account_id, problem="field: missing")
    if not isinstance(value, dict):
        unreadable = name in _CONVERSATIONAL_FIELDS or "value" not in change
        problem = "value: not an object" if unreadable else None
        return Change(name, change, account_id, value=value, problem=problem)
    number_id = _number_of(value)
    if number_id == NO_NUMBER and (name in _CONVERSATIONAL_FIELDS or not _NEEDS_NUMBER.isdisjoint(value)):
        return Change(name, change, account_id, problem="metadata.phone_number_id: missing")
    return Change(name, change, account_id, number_id, value)


def _number_of(value: Fields) -> NumberId:
    # Not every field has `metadata`: account_settings_update and messaging_handovers name the number elsewhere.
    for holder in ("metadata", "phone_number_settings", "recipient"):
        held = value.get(holder)
        number_id = text(held.get("phone_number_id")) if isinstance(held, dict) else None
        if number_id is not None and _NUMBER_ID.fullmatch(number_id):
            return NumberId(number_id)
    return NO_NUMBER


def value_of(fields: Fields) -> Value:
    """The lists of a value; whatever is odd or new is kept apart."""
    value = Value()
    for key, held in fields.items():
        if key in _LISTS:
            if isinstance(held, list):
                value.lists[key] = held
            elif held is not None:
                value.odd[key] = held
        elif key == "standby" and isinstance(held, dict):
            value.standby = value_of(held)
        elif key == "metadata":
            value.display_number = text(held.get("display_phone_number")) if isinstance(held, dict) else None
        elif key != "messaging_product":
            value.rest[key] = held
    return value


def text(value: Json) -> str | None:
    """A string, or a whole number as one; None for anything else and for nothing."""
    if isinstance(value, str):
        return value or None
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else None
