"""A send is told with its claim and what Graph answered, and nothing that Graph said."""

import asyncio

import pytest

from services.sender import spans, verdict
from services.sender.outcome import Outcome
from services.sender.verdict import Verdict
from shared import tracing
from shared.broker import Delivery, Retry
from shared.contract.commands import Address, SendMessage
from shared.contract.content import OtherContent
from shared.contract.errors import GraphError
from shared.contract.ids import ContactId
from shared.tracing import HEADER
from shared.tracing.context import written
from tests.scenario import NUMBER, OWN, SENT, WORKSPACE, T
from tests.spans import listening

COMMAND = SendMessage(
    **OWN,
    at_ms=T,
    message_id=SENT[0][0],
    contact_id=ContactId("15550000100"),
    lane="l",
    address=Address(to="+15550000100"),
    content=OtherContent(type="text"),
)


def test_a_delivery_follows_from_the_publish_that_it_names() -> None:
    """And claim and call from the delivery."""
    with listening() as heard:
        published = tracing.Context(tracing.beginning(WORKSPACE, NUMBER, COMMAND.message_id).trace_id, 7)
        with spans.handled(COMMAND, Delivery(b"", {HEADER: written(published)})):
            parents = spans.parents()
            spans.attempted(2, Verdict(Outcome.ACCEPTED, http_status=200), 1, 5, 0.001)

    claim, graph, handled = heard
    assert ["claim", "POST Graph", "send"] == [span.name for span in heard]
    assert published == handled.parent
    assert (handled.context,) == parents
    assert [handled.context] * 2 == [claim.parent, graph.parent]
    assert (1, 5) == (claim.began_ns, claim.ended_ns)
    assert (2, "accepted", 200, None) == (
        graph.facts["inbox.attempt"],
        graph.facts["inbox.outcome"],
        graph.facts["http.response.status_code"],
        graph.failure,
    )
    assert () == spans.parents()


def test_without_a_header_it_follows_from_the_click() -> None:
    """As what was published before traces were turned on."""
    with listening() as heard:
        with spans.handled(COMMAND, Delivery(b"")):
            pass
        begun = tracing.beginning(COMMAND.workspace_id, COMMAND.number_id, COMMAND.message_id)

    assert [begun] == [span.parent for span in heard]


def test_what_comes_again_is_no_failure() -> None:
    """It says when; anything else says its kind alone."""
    with listening() as heard:
        with pytest.raises(Retry), spans.handled(COMMAND, Delivery(b"")):
            raise Retry(4.5)
        with pytest.raises(ZeroDivisionError), spans.handled(COMMAND, Delivery(b"")):
            raise ZeroDivisionError("15550000100")

    assert [None, "ZeroDivisionError"] == [span.failure for span in heard]
    assert 4.5 == heard[0].facts["inbox.again_after_s"]
    assert "15550000100" not in repr(heard)


@pytest.mark.parametrize(
    ("came", "code"),
    [
        (verdict.lost(), "no_answer"),
        (verdict.never_left(), "not_sent"),
        (Verdict(Outcome.PERMANENT, 131047, GraphError(code=131047, message="15550000100"), http_status=400), "131047"),
        (Verdict(Outcome.PERMANENT, "x", GraphError(code="to 15550000100", message="")), None),
    ],
)
def test_a_refusal_is_told_by_its_code(came: Verdict, code: str | None) -> None:
    """A code that could be something else is not repeated."""
    with listening() as heard, spans.handled(COMMAND, Delivery(b"")):
        spans.attempted(1, came, 1, 2, 0.0)

    graph = heard[1]
    assert (code, code or "other") == (graph.facts.get("inbox.graph_code"), graph.failure)
    assert "15550000100" not in repr(heard)


async def test_deliveries_beside_each_other_are_kept_apart() -> None:
    """Each in the task that handles it."""
    with listening():
        both = asyncio.Barrier(2)

        async def one() -> tuple[tracing.Context, ...]:
            with spans.handled(COMMAND, Delivery(b"")):
                await both.wait()
                return spans.parents()

        first, second = await asyncio.gather(one(), one())

    assert 1 == len(first) == len(second)
    assert first != second
