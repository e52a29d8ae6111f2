"""A click begins the trace of its message, and a batch is told in the trace of each."""

import pytest

from services.api import spans
from services.api.facts import Facts
from shared import tracing
from shared.broker import Delivery
from shared.contract import commands, events
from shared.contract.commands import Address, SendMessage
from shared.contract.content import OtherContent
from shared.contract.events import Identity, MessageReceived, NumberChanged
from shared.contract.ids import ContactId, Wamid
from shared.tracing import HEADER, Context
from shared.tracing.context import written
from tests.scenario import INBOUND, OWN, SENT, T
from tests.spans import listening

NEW = OtherContent(type="a new kind")
COMMAND = SendMessage(
    **OWN,
    at_ms=T,
    message_id=SENT[0][0],
    contact_id=ContactId("1"),
    lane="l",
    address=Address(),
    content=NEW,
)
MS = 1_000_000


def received(wamid: Wamid) -> MessageReceived:
    """From a customer."""
    return MessageReceived(
        **OWN,
        received_ms=T,
        wamid=wamid,
        contact=Identity(wa_id="1"),
        sent_ms=T,
        content=NEW,
    )


def test_a_click_is_where_its_trace_begins() -> None:
    """Asked again it is one more piece of the same trace, and a failure is told by its kind."""
    with listening() as heard:
        with spans.clicked(COMMAND, "/r", 5, is_first=True):
            assert [] == heard
        with pytest.raises(ZeroDivisionError), spans.clicked(COMMAND, "/r", 6, is_first=False):
            raise ZeroDivisionError
        beginning = tracing.beginning(COMMAND.workspace_id, COMMAND.number_id, COMMAND.message_id)

    first, again = heard
    assert (beginning, None, 5, 202, None) == (
        first.context,
        first.parent,
        first.began_ns,
        first.facts["http.response.status_code"],
        first.failure,
    )
    assert (beginning, "ZeroDivisionError") == (again.parent, again.failure)
    assert "http.response.status_code" not in again.facts
    assert str(COMMAND.message_id) not in repr(heard)


def test_a_batch_follows_from_whatever_brought_each_fact() -> None:
    """The publish that carried it where that names its trace, its webhook where another's is named."""
    facts = [received(INBOUND[0]), received(INBOUND[1]), NumberChanged(**OWN, received_ms=T)]
    with listening() as heard:
        places = [tracing.place(fact) for fact in facts]
        first, second = (place.context for place in places if place)
        carried = Context(first.trace_id, 7)
        batch = Delivery(b"\n".join(map(events.encode, facts)), {HEADER: written(carried)})
        alone = Delivery(events.encode(facts[2]), {HEADER: written(Context(9, 9))})
        told = Facts(each.body for each in (batch, alone))
        spans.projected([batch, alone], told, 1, T)

    assert [carried, second, Context(9, 9)] == [span.parent for span in heard]
    assert [(2, 4)] * 3 == [(span.facts["messaging.batch.message_count"], span.facts["inbox.facts"]) for span in heard]
    assert {(("committed", T * MS),)} == {span.moments for span in heard}


def test_what_came_before_traces_is_told_by_what_it_is_about() -> None:
    """A command without a header."""
    with listening() as heard:
        delivery = Delivery(commands.encode(COMMAND))
        spans.projected([delivery], Facts([delivery.body]), 1, T)
        beginning = tracing.beginning(COMMAND.workspace_id, COMMAND.number_id, COMMAND.message_id)

    assert [beginning] == [span.parent for span in heard]
