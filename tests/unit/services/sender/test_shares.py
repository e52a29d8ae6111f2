"""A number's share of a process."""

import pytest

from services.sender.shares import Shares
from shared.contract.ids import NumberId

A, B = NumberId("a"), NumberId("b")


def test_a_number_may_fill_its_share_and_no_more() -> None:
    """Full for one number is not full for another, and what ends makes room."""
    shares = Shares(2)
    with shares.taken(A):
        with shares.taken(A):
            assert (False, True) == (shares.has_room(A), shares.has_room(B))
        assert shares.has_room(A)


def test_a_failure_gives_its_share_back() -> None:
    """However a send ends, it does not count for ever."""
    shares = Shares(1)
    for _ in range(3):
        with pytest.raises(RuntimeError), shares.taken(A):
            raise RuntimeError
    assert shares.has_room(A)
