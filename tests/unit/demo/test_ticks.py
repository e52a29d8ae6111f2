"""Ticks as WhatsApp draws them."""

from demo import ticks
from shared.contract.status import Status


def test_every_status_of_the_contract_has_a_mark_and_a_colour() -> None:
    """A new one would show as nothing at all."""
    assert all(ticks.mark(status) and ticks.style(status) for status in Status)
    assert "" == ticks.mark(None)


def test_read_differs_from_delivered_by_colour_alone() -> None:
    """Two ticks each."""
    assert ticks.mark("delivered") == ticks.mark("read")
    assert ticks.style("delivered") != ticks.style("read")
