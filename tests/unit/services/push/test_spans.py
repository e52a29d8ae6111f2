"""What reaches browsers joins the trace of what it shows."""

import orjson

from services.push import spans
from shared import tracing
from shared.contract.clock import rfc3339
from shared.contract.ids import MessageId
from shared.feed_page import Page
from tests.scenario import INBOUND, NUMBER, SENT, WORKSPACE, T
from tests.spans import listening


def change(kind: str, **value: object) -> bytes:
    """As the feed has it."""
    return orjson.dumps({"cursor": "1-0.x", "kind": kind, "value": value})


def test_each_message_of_a_page_is_told_in_its_trace() -> None:
    """A customer's below its webhook, an agent's below the click; once for all sockets, from the commit on."""
    changes = [
        change("message", id=INBOUND[0], origin="customer", received_at=rfc3339(T)),
        change("conversation", contact_id="1"),
        change("message", id=SENT[0][0], origin="agent", received_at=rfc3339(T)),
        change("removed", of="message", id="x"),
    ]
    with listening() as heard:
        spans.shown((WORKSPACE, NUMBER), Page("1-0.x", changes, more=False, since_ms=T))
        expected = [
            tracing.arrival(WORKSPACE, NUMBER, INBOUND[0], T),
            tracing.beginning(WORKSPACE, NUMBER, MessageId(SENT[0][0])),
        ]

    assert expected == [span.parent for span in heard]
    assert {T * 1_000_000} == {span.began_ns for span in heard}
    assert [4, 4] == [span.facts["inbox.changes"] for span in heard]
