"""The orders of messages are strings that sort as their parts do."""

from hypothesis import given
from hypothesis import strategies as st

from shared.contract.order import arrival_key, sort_key

moments = st.tuples(st.integers(0, 2**44), st.integers(0, 2**44), st.integers(0, 2**19), st.text("abc", min_size=1))


@given(moments, moments)
def test_messages_sort_by_sent_then_received_then_position_then_id(
    a: tuple[int, int, int, str], b: tuple[int, int, int, str]
) -> None:
    """The order of a conversation is the published one."""
    assert (a < b) == (sort_key(*a) < sort_key(*b))


@given(moments, moments)
def test_arrivals_sort_by_received_then_position_then_id(
    a: tuple[int, int, int, str], b: tuple[int, int, int, str]
) -> None:
    """Unread is what arrived after the marker, within one webhook body too."""
    assert (a[1:] < b[1:]) == (arrival_key(*a[1:]) < arrival_key(*b[1:]))
