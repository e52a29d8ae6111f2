"""Events are one line each and come back as they were."""

import pytest
from pydantic import ValidationError

from shared.contract import events
from shared.contract.events import EventsHeld, Identity, MessageReceived
from shared.contract.ids import NumberId, Wamid, WorkspaceId

RECEIVED = MessageReceived.model_validate(
    {
        "workspace_id": WorkspaceId("w"),
        "number_id": NumberId("n"),
        "received_ms": 2,
        "wamid": Wamid("wamid.1"),
        "contact": Identity(wa_id="15550000001"),
        "sent_ms": 1,
        "content": {"type": "text", "text": {"body": "two\nlines \u2028 and \x85"}},
        "raw": {"referral": {"source_id": None}},
    }
)


def test_an_event_is_one_line_whatever_was_said() -> None:
    """Broker messages are split on newlines, so no text may hold one."""
    assert b"\n" not in events.encode(RECEIVED)


def test_an_event_comes_back_as_it_was() -> None:
    """Nothing that a customer said is lost between the services."""
    assert RECEIVED == events.decode(events.encode(RECEIVED))


def test_held_events_come_back_as_they_were() -> None:
    """What waits for a number keeps its own shape."""
    held = EventsHeld(
        workspace_id=WorkspaceId("w"), number_id=NumberId("n"), received_ms=1, body="eJw=", events=[RECEIVED]
    )

    assert held == events.decode(events.encode(held))


def test_a_line_of_no_known_type_is_refused() -> None:
    """Somebody else's message is not an event."""
    with pytest.raises(ValidationError):
        events.decode(b'{"type":"order.placed"}')


def test_identifiers_come_most_specific_first() -> None:
    """A BSUID says more than a phone number."""
    identity = Identity(user_id="US.1", parent_user_id="US.ENT.2", wa_id="3")

    assert ("US.1", "US.ENT.2", "3") == identity.identifiers
