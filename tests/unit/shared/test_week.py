"""ISO weeks, as the archive counts them."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.topology import dropped_from_ms
from shared.week import Week

DAY_MS = 24 * 3600 * 1000


def ms(*day: int) -> int:
    """The beginning of a day."""
    return int(datetime(*day, tzinfo=UTC).timestamp()) * 1000  # type: ignore[misc, arg-type]


@pytest.mark.parametrize(
    ("day", "written"),
    [
        ((2026, 11, 22), "2026-w47"),
        ((2026, 11, 23), "2026-w48"),
        ((2027, 1, 3), "2026-w53"),
        ((2024, 12, 30), "2025-w01"),
    ],
)
def test_a_week_begins_on_monday_and_belongs_to_the_year_of_its_thursday(day: tuple[int, ...], written: str) -> None:
    """As ISO 8601 has it, also around the turn of a year."""
    assert written == str(Week.of(ms(*day)))
    assert Week.of(ms(*day)) == Week.parse(written)


@given(st.integers(0, 4_000_000_000_000), st.integers(-300, 300))
def test_weeks_follow_each_other_without_a_gap(at_ms: int, weeks: int) -> None:
    """A moment is in its week, and so many weeks later is so many weeks of milliseconds later."""
    week = Week.of(at_ms)
    assert week.begins_ms <= at_ms < week.after(1).begins_ms
    assert week.begins_ms + weeks * 7 * DAY_MS == week.after(weeks).begins_ms
    assert (week.after(weeks) < week) == (weeks < 0)


@pytest.mark.parametrize("text", ["", "2026", "2026-47", "2026-w54", "2025-w53", "2026-w00", "w47"])
def test_what_is_no_week_is_refused(text: str) -> None:
    """A year has 52 or 53 of them."""
    with pytest.raises(ValueError, match=r".+"):
        Week.parse(text)


def test_a_week_is_dropped_when_so_many_weeks_after_it_are_over() -> None:
    """The day that an erasure names as the last of the archive's copy."""
    assert ms(2027, 2, 22) == dropped_from_ms(Week(2026, 47), 13)
