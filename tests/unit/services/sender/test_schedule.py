"""The sums of waiting."""

from hypothesis import given
from hypothesis import strategies as st

from services.sender import schedule
from services.sender.outcome import NOT_SENT, PAIR_LIMIT, Outcome

attempts = st.integers(min_value=1, max_value=500)
chances = st.floats(min_value=0, max_value=1)


@given(chances)
def test_the_first_retry_of_a_throttled_send_is_within_ten_seconds(chance: float) -> None:
    """Whatever the jitter, who was throttled once tries again within 10 s."""
    assert all(
        0.5 <= schedule.retry_after_s(Outcome.THROTTLED, code, 1, chance) <= 10 for code in (4, 80007, 130429, None)
    )


@given(attempts)
def test_the_pair_limit_waits_four_to_the_x(attempt: int) -> None:
    """Meta asks for 4^X seconds, X = 0, 1, 2 ...; past the largest step it stays there."""
    expected = min(4.0 ** min(attempt - 1, 10), 1024.0)
    assert expected == schedule.retry_after_s(Outcome.THROTTLED, PAIR_LIMIT, attempt, 0.9)


@given(attempts, st.sampled_from([Outcome.THROTTLED, Outcome.TRANSIENT]), chances)
def test_waits_grow_and_stay_bounded(attempt: int, outcome: Outcome, chance: float) -> None:
    """A later attempt never waits less, and none waits longer than 18 minutes."""
    code = NOT_SENT if outcome is Outcome.TRANSIENT else 4
    now, later = (schedule.retry_after_s(outcome, code, n, chance) for n in (attempt, attempt + 1))
    assert now <= later <= 1080


def test_maintenance_is_given_its_minute() -> None:
    """131057 says that Meta is busy for about a minute, so nothing is asked before."""
    assert 48.0 <= schedule.retry_after_s(Outcome.TRANSIENT, 131057, 1, 0.0)
    assert 5.0 > schedule.retry_after_s(Outcome.TRANSIENT, NOT_SENT, 1, 1.0)


def test_a_day_of_throttling_is_about_a_hundred_attempts() -> None:
    """The sum in the comment is true: the attempts of one message within its 24 hours are bounded."""
    waited_s, attempt = 0.0, 1
    while waited_s < 24 * 3600:
        waited_s += schedule.retry_after_s(Outcome.THROTTLED, 4, attempt, 0.5)
        attempt += 1
    assert 90 < attempt < 110


def test_a_message_expires_after_a_day() -> None:
    """Twenty-four hours after it was asked for, and not a millisecond sooner."""
    day_ms = 24 * 60 * 60 * 1000
    assert (False, True) == (schedule.expired(5, day_ms + 4), schedule.expired(5, day_ms + 5))


@given(st.integers(min_value=0, max_value=100_000), st.floats(min_value=0, max_value=4_096))
def test_followers_look_again_neither_too_often_nor_too_late(ahead: int, head_s: float) -> None:
    """Between one second and a few minutes, later the more are in front."""
    here = schedule.follower_after_s(ahead, head_s)
    assert 1.0 <= here <= schedule.follower_after_s(ahead + 1, head_s) <= 256.0


def test_followers_of_a_parked_send_come_at_once_to_be_parked_too() -> None:
    """A first that is due in a day waits for credentials; whoever stands behind it must not be left in the broker."""
    assert 1.0 == schedule.follower_after_s(3, 24 * 3600.0)
