"""How long a number keeps messages: what is older is left out as it comes, and goes from what is stored. Pure."""

from services.api.floor import REPORTS
from services.api.projection import Fact
from services.api.thread import ThreadRecord
from services.api.tombstones import is_hashed
from shared.contract import commands, events
from shared.number_record import NumberRecord

DAY_MS = 24 * 3600 * 1000

_ABOUT_MESSAGES = (events.MessageReceived, events.MessageEchoed, *REPORTS, commands.SendMessage)


def oldest_ms(record: NumberRecord | None, now_ms: int) -> int:
    """From when on messages are kept now; 0 for all there are."""
    if record is None or not record.retention_days:
        return 0
    return max(0, now_ms - record.retention_days * DAY_MS)


def is_old(fact: Fact, oldest_ms: int) -> bool:
    """Whether it tells of a message that is no longer kept: a report that is too old is of one that is older still."""
    if not isinstance(fact, _ABOUT_MESSAGES):
        return False
    said_ms = getattr(fact, "sent_ms", None)
    return (said_ms if isinstance(said_ms, int) else getattr(fact, "at_ms", oldest_ms)) < oldest_ms


def messages_of(fact: Fact) -> list[str]:
    """What the message is called that it tells of: what is reported of it later is not of one that is missing."""
    return [name for name in (getattr(fact, n, None) for n in ("wamid", "message_id")) if name]


def is_faded(record: ThreadRecord, oldest_ms: int) -> bool:
    """Whether a conversation has nothing left, and nobody has been heard of in it since then."""
    named = [known for name, known in record.identifiers.items() if not is_hashed(name)]
    heard_ms = max((known.own_ms or known.at_ms for known in named), default=oldest_ms)
    return record.last_activity_ms is None and heard_ms < oldest_ms
