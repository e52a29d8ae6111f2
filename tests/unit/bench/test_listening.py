"""The ledger of deliveries: what was not heard as it was published is no delivery."""

import pytest

from bench.audience import Heard
from bench.ledger import LedgerError
from bench.listening import Deliveries


def _heard(*orders: tuple[int, list[int]]) -> Heard:
    return Heard(deliveries=6, took_s=1, orders=list(orders))


def test_the_same_for_everybody_is_a_delivery() -> None:
    """Another order than that of confirmation will do where there is no feed to say which it is."""
    book = Deliveries()
    book.settle(_heard((2, [1, 3, 2])), 2, [1, 2, 3], is_ordered=False)
    assert 6 == book.count


@pytest.mark.parametrize(
    "orders",
    [
        [(2, [1, 2])],
        [(2, [1, 2, 2, 3])],
        [(2, [1, 2, 3, 4])],
        [(2, [1, 3, 2])],
        [(1, [1, 2, 3])],
        [(1, [1, 2, 3]), (1, [])],
    ],
)
def test_anything_else_is_none(orders: list[tuple[int, list[int]]]) -> None:
    """Lost, twice, invented, in another order than the feed's, by too few."""
    with pytest.raises(LedgerError):
        Deliveries().settle(_heard(*orders), 2, [1, 2, 3], is_ordered=True)
