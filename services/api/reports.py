"""What is told of a number itself: its status, its settings in the feed, and parts that nobody could read. Pure."""

from collections.abc import Sequence
from functools import lru_cache

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


def status_after(stored: bytes | None, unrecognised: int, events: Sequence[Event]) -> NumberStatus | None:
    """How the number is doing with these events, of which so many odd parts are kept; None when it is as before."""
    before = status_of(stored)
    count = min(unrecognised, KEPT_MAX)
    status = before if count == before.unrecognised else before.model_copy(update={"unrecognised": count})
    for event in events:
        status = numberstate.join(status, event)
    return status if status != before else None


def number_write(
    store: ChatStore,
    stored: bytes | None,
    erasures: bytes | None,
    status: NumberStatus | None,
    kept: Sequence[Kept],
    record: NumberRecord | None,
    changed: bool,
    fingerprint: Fingerprint,
) -> Write:
    """What is kept, the status if it is another, and the number in the feed if anything of it is."""
    checked = (("status", stored), ("erasures", erasures))
    write = Write(checks=[(version(value), ("GET", store.key(name))) for name, value in checked])
    for event in kept:
        key = store.key("unrecognised" if isinstance(event, PartUnrecognised) else "reports")
        write.commands += [
            ("ZADD", key, "LT", event.received_ms, member(event)),
            ("ZREMRANGEBYRANK", key, 0, -KEPT_MAX - 1),
        ]
    if status is not None:
        write.commands.append(("SET", store.key("status"), status.stored()))
    if record is not None and (changed or status is not None):
        before = status_of(stored)
        value = numberstate.view(record, status or before, fingerprint)
        # In a status there is more than is shown: a change is told when people would see one.
        if changed or value != numberstate.view(record, before, fingerprint):
            write.changes.append(f'{{"kind":"number","value":{value.json_bytes().decode()}}}')
    return write


@lru_cache(maxsize=1_000)  # of a busy number the same is asked with every batch, and is another once a minute
def status_of(stored: bytes | None) -> NumberStatus:
    """The status as it is stored; that of a number of which nothing has come yet is empty."""
    return NumberStatus.model_validate_json(stored) if stored else NumberStatus()
