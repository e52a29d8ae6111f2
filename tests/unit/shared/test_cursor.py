"""A cursor taken apart and put together."""

from itertools import pairwise

import pytest

from shared.contract.feed import CURSOR
from shared.cursor import BadCursor, cursor_at, position


def test_a_cursor_names_an_entry_and_its_history() -> None:
    """What is put together comes apart the same, and uses only the letters that are promised."""
    cursor = cursor_at(b"1795361956952-2", b"8fd217d4")

    assert CURSOR.match(cursor)
    assert (1795361956952, 2, "8fd217d4") == position(cursor)
    assert "1795361956952-2" == position(cursor).entry_id
    assert not position(cursor).is_start
    assert position("0-0.ab").is_start


def test_positions_are_ordered_as_the_feed_is() -> None:
    """By time, then by sequence, as numbers and not as letters; the nonce says nothing of order."""
    ordered = [position(cursor) for cursor in ("0-0.z", "9-0.y", "10-9.x", "10-10.w")]
    for earlier, later in pairwise(ordered):
        assert earlier.is_before(later)
        assert not later.is_before(earlier)
    assert not position("10-10.a").is_before(position("10-10.b"))


@pytest.mark.parametrize(
    "text", ["", "nonsense", "1-1", "1-1.", "1-1.a-b", "1-1.a~", " 1-1.a", f"1-{2**64}.a", "1-1." + "a" * 33, "²-1.a"]
)
def test_other_text_is_no_cursor(text: str) -> None:
    """The error repeats nothing of what was sent."""
    with pytest.raises(BadCursor, match=r"^not a cursor of any feed$"):
        position(text)
