"""When a refused webhook is sent again: growing pauses with jitter, for up to seven days (webhooks/overview)."""

from simulator.tuning import Tuning


def pause_s(attempt: int, tuning: Tuning, luck: float) -> float:
    """The wait after the given attempt (1 is the first); `luck` in 0..1 spreads it by a tenth either way."""
    # The exponent is capped where any base and factor have long passed the maximum.
    grown = tuning.retry_delay_s * tuning.retry_factor ** min(attempt - 1, 64)
    return min(grown, tuning.retry_delay_s_max) * (0.9 + 0.2 * luck)


def gives_up(age_s: float, tuning: Tuning) -> bool:
    """Whether a body this old is dropped for good."""
    return age_s >= tuning.retry_for_s
