"""`traceparent` as W3C writes it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.tracing.context import HEADER, Context, read, written

GOOD = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


@given(st.builds(Context, st.integers(1, 2**128 - 1), st.integers(1, 2**64 - 1), st.booleans()))
def test_what_is_written_is_read(context: Context) -> None:
    """Sampled or not."""
    assert context == read({HEADER: written(context)})


def test_the_form_is_that_of_the_standard() -> None:
    """Its own example; flags beside `sampled` may come."""
    context = Context(0x0AF7651916CD43DD8448EB211C80319C, 0xB7AD6B7169203331)
    assert GOOD == written(context)
    assert context == read({HEADER: GOOD[:-2] + "03"})
    assert context._replace(is_sampled=False) == read({HEADER: GOOD[:-2] + "00"})


@pytest.mark.parametrize(
    "odd",
    ["", "00", GOOD[:-1], GOOD + "0", "01" + GOOD[2:], GOOD.upper(), GOOD.replace("b7ad6b7169203331", "0" * 16), 7],
)
def test_anything_else_is_none(odd: str | int) -> None:
    """A header of somebody else's is no reason to fail."""
    assert read({HEADER: odd}) is None
    assert read({}) is None
