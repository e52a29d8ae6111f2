"""A webhook is told in the trace of each message it is about, with its answer."""

import time

import pytest

from services.ingest import spans, webhook
from services.ingest.signature import Admission
from services.ingest.webhook import Lines, Webhook
from shared.contract import events
from shared.contract.ids import WorkspaceId
from shared.tracing import SHARED_MAX
from tests.canaries import Canaries
from tests.payloads import bodies
from tests.spans import listening


def told(*texts: str) -> tuple[Webhook, Lines]:
    """One body with these messages, read."""
    read = webhook.read(bodies.texts(*texts), None)
    return read, read.lines(WorkspaceId("w"), Admission(dict.fromkeys(read.numbers, "verified"), frozenset()), 1)


def test_a_webhook_is_the_beginning_of_what_a_customer_wrote() -> None:
    """From its first byte on, with nothing of what is in it."""
    with listening() as heard:
        read, lines = told("a quite private text")
        began_ns = time.time_ns()
        contexts, answered = spans.begun(lines, began_ns, read.numbers, 17)
        assert [] == heard
        answered(200)

    [span] = heard
    event = events.decode(lines.lines[0])
    assert [span.context] == contexts
    assert (None, began_ns, None) == (span.parent, span.began_ns, span.failure)
    assert (200, 17, 1, "/webhooks/{key}") == tuple(
        span.facts[name]
        for name in ("http.response.status_code", "http.request.body.size", "inbox.events", "http.route")
    )
    private = {"a text": "a quite private text", "a wamid": event.wamid, "the number": event.number_id}  # type: ignore[union-attr]
    assert [] == Canaries(private).in_text(repr(span))


def test_a_webhook_about_many_is_in_the_traces_of_the_first() -> None:
    """Linked with one another."""
    with listening() as heard:
        read, lines = told(*(f"text {each}" for each in range(50)))
        spans.begun(lines, 1, read.numbers, 17)[1](200)

    assert SHARED_MAX == len(heard) == len(lines.places)
    assert SHARED_MAX - 1 == len(heard[0].links)


def test_what_could_not_be_confirmed_was_answered_with_503() -> None:
    """And so it is told."""
    with listening() as heard:
        read, lines = told("text")
        with pytest.raises(ZeroDivisionError), spans.confirming(lines, 1, read.numbers, 17) as contexts:
            raise ZeroDivisionError
        with spans.confirming(lines, 1, read.numbers, 17):
            pass

    assert [503, 200] == [span.facts["http.response.status_code"] for span in heard]
    assert ["503", None] == [span.failure for span in heard]
    assert [heard[0].context] == contexts


def test_off_nothing_is_derived() -> None:
    """Lines are what they were."""
    assert () == told("text")[1].places
