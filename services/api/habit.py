"""In which hours of the week webhooks of a number usually come, and whether it is silent against that. Pure.

Noted are hours, not counts: an hour in which a webhook came stays one, in whichever order and however often it is told.
"""

import math
from collections.abc import Mapping

HOUR_MS = 60 * 60 * 1000
WEEK_HOURS = 7 * 24
WEEKS = 4  # before an hour that it is judged by; what was two months ago is no habit any more

# How unlikely a silence has to be: one in ten thousand. A number that is never quiet reaches that after 4 hours, one
# with office hours within its next working day, one with a webhook now and then after weeks, and a quiet one never.
SURPRISE_MIN = math.log(10_000)
HABIT_MIN = 4 * WEEKS  # hours with webhooks; a number of which fewer are remembered is quiet, and is never missed

Hours = Mapping[int, str]  # by week since 1970: the hours of it in which a webhook came, as bits in hexadecimal


def noted(hours: Hours, at_ms: int) -> dict[int, str]:
    """With one more webhook; the newest weeks are kept, 42 letters each."""
    week, hour = divmod(at_ms // HOUR_MS, WEEK_HOURS)
    bits = int(hours.get(week, "0"), 16) | 1 << hour
    newest = max([week, *hours])
    return {w: b for w, b in sorted({**hours, week: f"{bits:x}"}.items()) if w >= newest - WEEKS}


def is_noted(hours: Hours, at_ms: int) -> bool:
    """Whether one more webhook then would change nothing."""
    return _came(hours, at_ms // HOUR_MS)


def is_silent(hours: Hours, last_webhook_ms: int, now_ms: int) -> bool:
    """Whether webhooks have been missing for longer than chance explains.

    Each whole hour since the last webhook is judged by the same hour and its two neighbours of the four weeks before
    the silence, so that a silence does not become the habit.
    """
    last, end = last_webhook_ms // HOUR_MS, now_ms // HOUR_MS
    if sum(int(bits, 16).bit_count() for bits in hours.values()) < HABIT_MIN:
        return False
    surprise = 0.0
    # A number that is not missed after as long as its habit is remembered for will not be missed.
    for hour in range(last + 1, min(end, last + 1 + WEEKS * WEEK_HOURS)):
        weeks_ago = (hour - last - 1) // WEEK_HOURS + 1  # the first week whose neighbours lie before the silence
        before = [hour - WEEK_HOURS * (weeks_ago + n) + side for n in range(WEEKS) for side in (-1, 0, 1)]
        active = sum(_came(hours, one) for one in before)
        surprise -= math.log(1 - active / (len(before) + 1))
        if surprise >= SURPRISE_MIN:
            return True
    return False


def _came(hours: Hours, hour: int) -> bool:
    week, of_week = divmod(hour, WEEK_HOURS)
    return bool(int(hours.get(week, "0"), 16) >> of_week & 1)
