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
            minute_ms = event.received_ms - event.received_ms % MINUTE_MS
            kind = kind_of(event)
            if kind is not None and minute_ms > max(known.get(kind, 0), fresh.get(kind, 0)):
                fresh[kind] = minute_ms
        if fresh:
            await self._book.came(*owner, fresh)
            known |= fresh


def kind_of(event: Event) -> WebhookKind | None:
    """What the webhook was about; None for what no webhook told."""
    match event:
        case events.StatusReported():
            return "statuses"
        case events.MessageReceived(history=True) | events.MessageEchoed(history=True):
            return "history"
        case events.MessageReceived(standby=True) | events.ReactionReceived(standby=True):
            return "standby"
        case events.MessageEchoed():
            return "echoes"
        case events.MessageReceived() | events.ReactionReceived() | events.MessageEdited() | events.MessageRevoked():
            return "messages"
        case events.AccountReported():
            return "account"
        case events.PartUnrecognised():
            return "unrecognised"
    return None
