"""Updates laid out as one body: entries by account, changes inside, neighbours merged or not."""

from collections.abc import Iterable
from dataclasses import dataclass
from random import Random
from typing import Any, Literal

Shape = Literal["changes", "values", "mixed"]
OBJECT = "whatsapp_business_account"


@dataclass(slots=True)
class Update:
    """One change of one field of one account, about one number or none."""

    account_id: str
    field: str
    value: dict[str, Any]
    number_id: str | None = None
    # Account fields carry the time in their entry, messages do not (webhooks/reference).
    entry_time: int | None = None


def wrap(updates: Iterable[Update], shape: Shape, luck: Random) -> dict[str, Any]:
    """A whole body; one `value` never mixes numbers, and holds messages and statuses together when merged."""
    entries: list[dict[str, Any]] = []
    entry: dict[str, Any] | None = None
    mergeable: tuple[str, dict[str, Any]] | None = None
    for update in updates:
        if entry is None or entry["id"] != update.account_id or entry.get("time") != update.entry_time:
            entry = {"id": update.account_id, "changes": []}
            if update.entry_time is not None:
                entry["time"] = update.entry_time
            entries.append(entry)
            mergeable = None
        merges = shape == "values" or (shape == "mixed" and luck.random() < 0.5)
        if mergeable is not None and merges and mergeable[0] == update.number_id and update.field == "messages":
            _merge(mergeable[1], update.value)
            continue
        value = update.value
        if update.field == "messages" and update.number_id is not None:
            value = {k: list(v) if isinstance(v, list) else v for k, v in value.items()}
            mergeable = (update.number_id, value)
        else:
            mergeable = None
        entry["changes"].append({"value": value, "field": update.field})
    return {"object": OBJECT, "entry": entries}


def _merge(value: dict[str, Any], more: dict[str, Any]) -> None:
    for key in ("contacts", "messages", "statuses", "errors"):
        if key not in more:
            continue
        have = value.setdefault(key, [])
        have.extend(new for new in more[key] if key != "contacts" or new not in have)
