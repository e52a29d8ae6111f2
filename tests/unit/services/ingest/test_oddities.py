"""What is unknown is counted as what it is; what is only rare is not."""

import pytest

from services.ingest.oddities import Oddity, oddity
from shared.contract.events import AccountReported, Event, Identity, MessageReceived, PartUnrecognised
from shared.contract.ids import NumberId, Wamid, WorkspaceId

OWN = {"workspace_id": WorkspaceId("w"), "number_id": NumberId("n"), "received_ms": 1}


def wrote(kind: str) -> MessageReceived:
    """A message of this type."""
    content = {"type": kind, "text": {"body": "x"}} if kind == "text" else {"type": kind}
    return MessageReceived.model_validate(
        {**OWN, "wamid": Wamid("w"), "contact": Identity(wa_id="1"), "sent_ms": 1, "content": content}
    )


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        (PartUnrecognised(**OWN, field="messages", reason="no id", raw={}), "part"),
        (AccountReported(**OWN, field="brand_new", value={}), "field"),
        (AccountReported(**OWN, field="account_update", value={}), None),
        (wrote("hologram"), "type"),
        (wrote("image"), None),
        (wrote("text"), None),
        (wrote("call"), None),
    ],
)
def test_what_nobody_knows_is_counted_by_kind(event: Event, expected: Oddity | None) -> None:
    """An operator sees that Meta has moved before a customer does."""
    assert expected == oddity(event)
