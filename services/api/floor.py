"""The moment up to which a whole number is erased: what is from then or before is left out as it comes. Pure."""

from collections.abc import Callable

from services.api.projection import Aged, Named, Step, Visited
from shared.contract import events

# The floor while a number is being erased: whatever comes meanwhile goes with the rest.
EVERYTHING_MS = 10**15

SECOND_MS = 1000  # Meta counts whole seconds, so a status of the floor's second may be of what was sent after it

# What tells of a message that is there already, as a rule.
REPORTS = (
    events.StatusReported,
    events.ReactionReceived,
    events.MessageEdited,
    events.MessageRevoked,
    events.SendAccepted,
    events.SendFailed,
    events.SendUncertain,
)


def is_below(fact: Step, floor_ms: int) -> bool:
    """Whether a fact is from then or before: by when it was, or by when we heard of it, as clocks differ."""
    if floor_ms >= EVERYTHING_MS:
        return True
    match fact:
        case Visited() | Named() | Aged():
            return False
        case events.ContactErased():
            return fact.at_ms < floor_ms
        case events.StatusReported():
            return fact.received_ms <= floor_ms or fact.at_ms + SECOND_MS <= floor_ms
    moments = (getattr(fact, name, None) for name in ("received_ms", "sent_ms", "at_ms"))
    return any(at_ms <= floor_ms for at_ms in moments if isinstance(at_ms, int))


def named_by(fact: Step) -> list[str]:
    """The messages that it reports of, or answers: one that has been erased is not one that is missing."""
    if isinstance(fact, REPORTS):
        return [name for name in (getattr(fact, n, None) for n in ("wamid", "message_id", "target")) if name]
    if isinstance(fact, events.MessageReceived | events.MessageEchoed) and fact.context is not None:
        return [fact.context.message_id] if fact.context.message_id else []
    return []


def above(fact: Step, floor_ms: int, is_felled: Callable[[str], bool]) -> Step | None:
    """What of a fact is about the time after the floor; None for nothing."""
    if is_below(fact, floor_ms):
        return None
    if not any(map(is_felled, named_by(fact))):
        return fact
    if isinstance(fact, events.MessageReceived | events.MessageEchoed) and fact.context is not None:
        return fact.model_copy(update={"context": fact.context.model_copy(update={"message_id": None})})
    return None
