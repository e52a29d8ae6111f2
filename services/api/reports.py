"""What is told of a number itself: its status, its settings in the feed, and parts that nobody could read. Pure."""

from collections.abc import Sequence

import orjson

from services.api import numberstate
from services.api.numberstate import Fingerprint, NumberStatus
from services.api.store import ChatStore, Write
from services.api.working import version
from shared.contract.events import AccountReported, Event, PartUnrecognised
from shared.number_record import NumberRecord

KEPT_MAX = 1000  # odd parts and account reports each, per number: to look at, not to live on
KEPT_BYTES_MAX = 64 * 1024  # of one of them

Kept = AccountReported | PartUnrecognised


def member(event: Kept) -> bytes:
    """An odd part as it is kept: the same part again is the same member."""
    fields = event.model_dump(mode="json", include={"field", "reason", "raw", "value", "account_id"})
    return orjson.dumps(fields)[:KEPT_BYTES_MAX]


def number_write(
    store: ChatStore,
    stored: bytes | None,
    unrecognised: int,
    events: Sequence[Event],
    kept: Sequence[Kept],
    record: NumberRecord | None,
    changed: bool,
    fingerprint: Fingerprint,
) -> Write | None:
    """What these events change about the number; None when nothing does."""
    before = NumberStatus.model_validate_json(stored) if stored else NumberStatus()
    status = before.model_copy(update={"unrecognised": unrecognised})
    for event in events:
        status = numberstate.join(status, event)
    if status == before and not changed and not kept:
        return None
    write = Write(checks=[(version(stored), ("GET", store.key("status")))])
    for event in kept:
        key = store.key("unrecognised" if isinstance(event, PartUnrecognised) else "reports")
        write.commands += [
            ("ZADD", key, "NX", event.received_ms, member(event)),
            ("ZREMRANGEBYRANK", key, 0, -KEPT_MAX - 1),
        ]
    if status != before:
        write.commands.append(("SET", store.key("status"), status.stored()))
    if record is not None and (changed or status != before):
        value = numberstate.view(record, status, fingerprint).json_bytes().decode()
        write.changes.append(f'{{"kind":"number","value":{value}}}')
    return write
