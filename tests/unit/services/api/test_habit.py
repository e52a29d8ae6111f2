"""When webhooks usually come, and what silence is against that: tables, and what holds for every habit."""

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.api.habit import HOUR_MS, WEEK_HOURS, WEEKS, is_silent, noted

WEEK_MS = WEEK_HOURS * HOUR_MS
MONDAY = 2_934 * WEEK_MS + 4 * 24 * HOUR_MS  # weeks since 1970 begin on a Thursday
OFFICE = [day * 24 + hour for day in range(5) for hour in range(8, 18)]  # Monday to Friday


def lived(of_week: list[int], weeks: int = WEEKS) -> dict[int, str]:
    """The habit of a number with a webhook in these hours after Monday midnight, for some weeks until MONDAY."""
    hours: dict[int, str] = {}
    for week in range(1, weeks + 1):
        for hour in of_week:
            hours = noted(hours, MONDAY - week * WEEK_MS + hour * HOUR_MS)
    return hours


def missed_after_h(of_week: list[int], weeks: int = WEEKS) -> int | None:
    """How many hours after the last webhook the silence is noticed; None when it never is, in a year."""
    hours = lived(of_week, weeks)
    last_ms = MONDAY - WEEK_MS + (max(of_week) if of_week else 0) * HOUR_MS
    steps = (*range(24 * 60), 24 * 365)
    return next((h for h in steps if is_silent(hours, last_ms, last_ms + h * HOUR_MS)), None)


@pytest.mark.parametrize(
    ("habit", "of_week", "weeks", "expected"),
    [
        ("every hour", list(range(WEEK_HOURS)), 4, range(4, 6)),
        ("every hour, for a week only", list(range(WEEK_HOURS)), 1, range(24, 48)),
        ("office hours", OFFICE, 4, range(62 + 3, 62 + 10)),  # from Friday evening to some time on Monday
        ("every day at noon", [day * 24 + 12 for day in range(7)], 4, range(5 * 24, 14 * 24)),
        # Judged by the weeks before the silence in its third week, too: by then the silence is not the habit yet.
        ("four hours of a week", [10, 50, 90, 130], 4, range(2 * WEEK_HOURS, 2 * WEEK_HOURS + 60)),
        ("two hours of a week", [30, 100], 4, None),
        ("never", [], 4, None),
    ],
)
def test_how_long_a_silence_is_before_it_is_noticed(
    habit: str, of_week: list[int], weeks: int, expected: range | None
) -> None:
    """Hours for a number that is never quiet, the next working day for an office, never for a quiet number."""
    found = missed_after_h(of_week, weeks)

    assert found is None if expected is None else found in expected, f"{habit}: {found}"


def test_the_weekend_of_an_office_is_no_silence() -> None:
    """Sunday night is as quiet as every Sunday night."""
    friday_evening = MONDAY - 3 * 24 * HOUR_MS + 17 * HOUR_MS
    assert not is_silent(lived(OFFICE), friday_evening, MONDAY + 8 * HOUR_MS)
    assert is_silent(lived(OFFICE), friday_evening, MONDAY + 18 * HOUR_MS)


def test_clocks_that_change_make_no_silence() -> None:
    """The same business an hour later by UTC: the neighbours of an hour speak for it, too."""
    later = noted(lived(OFFICE), MONDAY + 9 * HOUR_MS)
    assert not is_silent(later, MONDAY + 9 * HOUR_MS, MONDAY + 11 * HOUR_MS)


def test_a_long_silence_does_not_become_the_habit() -> None:
    """It is judged by the weeks before it, and stays noticed."""
    hours = lived(list(range(WEEK_HOURS)))
    assert all(is_silent(hours, MONDAY - HOUR_MS, MONDAY + week * WEEK_MS) for week in range(1, 60))


def test_what_is_remembered_is_bounded() -> None:
    """The newest week and the four before it, whatever came when."""
    hours: dict[int, str] = {}
    for week in range(30):
        hours = noted(hours, MONDAY + week * WEEK_MS)

    assert WEEKS + 1 == len(hours)
    assert hours == noted(hours, MONDAY)


times = st.lists(st.integers(0, 10 * WEEK_HOURS).map(lambda h: MONDAY + h * HOUR_MS), max_size=6)


@given(times)
def test_any_order_and_any_repeats_are_one_habit(at: list[int]) -> None:
    """Hours are noted, not counted."""
    found = set()
    for order in (*list(permutations(at))[:50], [*at, *at]):
        hours: dict[int, str] = {}
        for one in order:
            hours = noted(hours, one)
        found.add(tuple(hours.items()))
    assert 1 == len(found)


habits = st.lists(st.integers(0, WEEK_HOURS - 1), unique=True, max_size=WEEK_HOURS)


@given(habits, st.integers(0, 40 * 24))
def test_a_silence_that_is_noticed_stays_so_until_it_ends(of_week: list[int], after_h: int) -> None:
    """More of it is never less of it; and within three hours nothing is one."""
    hours, last_ms = lived(of_week), MONDAY - HOUR_MS
    silent = is_silent(hours, last_ms, last_ms + after_h * HOUR_MS)

    assert not silent or is_silent(hours, last_ms, last_ms + (after_h + 1) * HOUR_MS)
    assert not silent or after_h > 3
    assert not is_silent(hours, last_ms + after_h * HOUR_MS, last_ms + after_h * HOUR_MS)


@given(st.lists(st.integers(0, WEEK_HOURS - 1), unique=True, max_size=3), st.integers(0, 24 * 365))
def test_a_number_that_has_always_been_quiet_never_alarms(of_week: list[int], after_h: int) -> None:
    """With three webhooks a week nobody can say what is usual."""
    assert not is_silent(lived(of_week), MONDAY - HOUR_MS, MONDAY + after_h * HOUR_MS)
