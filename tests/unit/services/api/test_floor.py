"""What is left out because its whole number was erased: by when it was, and by when we heard of it."""

import pytest

from services.api.floor import EVERYTHING_MS, above, is_below, named_by
from services.api.projection import Fact, Visited
from shared.contract.events import ContactErased, MessageReceived
from shared.contract.ids import MessageId
from shared.contract.status import Status
from tests.scenario import OWN
from tests.telling import asked, came, echoed, edited, ms, reacted, reported, revoked

FLOOR = ms(10)


def heard(fact: Fact, at: float) -> Fact:
    """The same, heard of at another time."""
    return fact.model_copy(update={"received_ms": ms(at)})


@pytest.mark.parametrize(
    ("fact", "expected"),
    [
        (heard(came(at=10), 30), True),
        (heard(came(at=11), 30), False),
        (heard(came(at=12), 10), True),  # Meta's clock is ahead of ours
        (heard(echoed("out", at=9), 30), True),
        (asked(at=10), True),
        (asked(at=10.001), False),
        (heard(reported(Status.READ, at=9), 30), True),
        (heard(reported(Status.SENT, at=10), 30), False),  # it may be of what was sent in the same second, but after
        (heard(reported(Status.SENT, at=11), 10), True),
        (Visited(MessageId("m")), False),
    ],
)
def test_a_fact_is_below_the_floor_by_when_it_was_or_was_heard_of(fact: Fact, expected: bool) -> None:
    """The earlier of the two decides, as what is in the store is what we had heard of."""
    assert expected == is_below(fact, FLOOR)
    assert is_below(fact, EVERYTHING_MS)


def test_an_erasure_up_to_the_floor_itself_sweeps_what_is_below_it() -> None:
    """An earlier one has nothing left to do."""
    erased = {**OWN, "received_ms": ms(20), "erasure_id": "", "names": ()}
    assert not is_below(ContactErased(**erased, at_ms=FLOOR), FLOOR)
    assert is_below(ContactErased(**erased, at_ms=FLOOR - 1), FLOOR)


def test_reports_of_what_went_with_the_number_are_dropped_and_answers_to_it_stay() -> None:
    """Without what they answer: it is not missing."""
    late = [
        heard(fact, 30)
        for fact in (
            reported(Status.READ, at=20, wamid="gone"),
            reacted("gone", "x", at=20),
            edited("gone", "x", at=20),
            revoked("gone", at=20),
        )
    ]
    assert [None] * 4 == [above(fact, FLOOR, lambda name: name == "gone") for fact in late]
    assert late == [above(fact, FLOOR, lambda _: False) for fact in late]
    answer = above(heard(came("new", at=20, quoting="gone"), 30), FLOOR, lambda name: name == "gone")
    assert isinstance(answer, MessageReceived)
    assert answer.context is not None
    assert answer.context.message_id is None
    assert [] == named_by(asked(at=20))
