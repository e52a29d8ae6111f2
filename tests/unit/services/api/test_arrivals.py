"""Of which kind webhooks were."""

from typing import Any, get_args

import pytest

from services.api.arrivals import kind_of
from shared.contract import events
from shared.contract.evidence import WebhookKind
from shared.contract.status import Status
from tests.scenario import OWN, T
from tests.telling import accepted, came, echoed, reacted, reported

KINDS: list[tuple[WebhookKind | None, Any]] = [
    ("messages", came()),
    ("messages", reacted("in", "+")),
    ("history", came(history=True)),
    ("history", echoed("out", history=True)),
    ("standby", came(standby=True)),
    ("echoes", echoed("out")),
    ("statuses", reported(Status.READ)),
    ("account", events.AccountReported(**OWN, received_ms=T, field="account_update", value={})),
    ("unrecognised", events.PartUnrecognised(**OWN, received_ms=T, field="messages", reason="odd", raw={})),
    (None, accepted()),
    (None, events.NumberChanged(**OWN, received_ms=T)),
]


@pytest.mark.parametrize(("kind", "event"), KINDS)
def test_each_event_tells_the_kind_of_its_webhook(kind: WebhookKind | None, event: Any) -> None:
    """What the sender and the api say is no webhook."""
    assert kind == kind_of(event)


def test_there_is_an_event_for_every_kind() -> None:
    """One that nothing tells would never be shown."""
    assert {*get_args(WebhookKind)} == {kind for kind, _ in KINDS if kind is not None}
