"""Of which kind webhooks about a number were, and when the last of each: told to the evidence book once a minute."""

from collections import OrderedDict
from collections.abc import Iterable

from services.api.facts import Owner
from shared.contract import events
from shared.contract.events import Event
from shared.contract.evidence import WebhookKind
from shared.evidence import EvidenceBook

MINUTE_MS = 60_000
NUMBERS_MAX = 10_000  # of one process; of the one seen longest ago the minute is told once more


class Arrivals:
    """Remembers what it has told, so that a busy number costs one look at a dictionary."""

    def __init__(self, book: EvidenceBook) -> None:
        self._book = book
        self._told: OrderedDict[Owner, dict[WebhookKind, int]] = OrderedDict()

    async def note(self, owner: Owner, told: Iterable[Event]) -> None:
        """These have been applied."""
        known = self._told.setdefault(owner, {})
        self._told.move_to_end(owner)
        if len(self._told) > NUMBERS_MAX:
            self._told.popitem(last=False)
        fresh: dict[WebhookKind, int] = {}
        for event in told:
            kind = kind_of(event)
            if kind is not None and event.received_ms >= max(known.get(kind, 0), fresh.get(kind, 0)) + MINUTE_MS:
                fresh[kind] = event.received_ms - event.received_ms % MINUTE_MS
        if fresh:
            await self._book.came(*owner, fresh)
            known |= fresh


# By the very class: with each fact of every batch, a chain of isinstance would be a tenth of the work.
_KINDS: dict[type[Event], WebhookKind] = {
    events.MessageReceived: "messages",
    events.ReactionReceived: "messages",
    events.MessageEdited: "messages",
    events.MessageRevoked: "messages",
    events.MessageEchoed: "echoes",
    events.StatusReported: "statuses",
    events.AccountReported: "account",
    events.PartUnrecognised: "unrecognised",
}


def kind_of(event: Event) -> WebhookKind | None:
    """What the webhook was about; None for what no webhook told."""
    kind = _KINDS.get(type(event))
    if kind in ("messages", "echoes"):
        if getattr(event, "history", False):
            return "history"
        if getattr(event, "standby", False):
            return "standby"
    return kind
