"""Statuses merge to the furthest, in whichever order they arrive."""

from hypothesis import given
from hypothesis import strategies as st

from shared.contract.status import Status, furthest


def test_the_order_is_the_published_one() -> None:
    """The order is part of what is promised to browsers."""
    expected = ["queued", "unknown", "accepted", "sent", "failed", "delivered", "read", "played"]

    assert expected == sorted((s.value for s in Status), key=lambda s: Status(s).rank)


@given(st.lists(st.sampled_from(Status), min_size=1))
def test_the_furthest_is_the_same_in_any_order(statuses: list[Status]) -> None:
    """Ticks never go backwards, however Meta's reports overtake each other."""
    assert furthest(statuses) is furthest(reversed(statuses)) is furthest(sorted(statuses))


def test_delivered_beats_failed() -> None:
    """What reached the phone has not failed."""
    assert Status.DELIVERED is furthest([Status.FAILED, Status.DELIVERED])


def test_nothing_is_furthest_of_nothing() -> None:
    """An inbound message has no status."""
    assert furthest([]) is None
