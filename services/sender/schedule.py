"""When a message is tried again, and when it is given up: sums only."""

from services.sender.outcome import PAIR_LIMIT, Outcome

EXPIRES_AFTER_MS = 24 * 60 * 60 * 1000  # what Graph has not had by then is `failed`: the conversation has moved on

# Throttled: the first retry is within 10 s, jitter included; a limit of the hour is asked 6 times in it.
# attempt   waits     in all
# 2         5 s       5 s
# 3         15 s      20 s
# 4         1 min     about 1 min
# 5         5 min     about 6 min
# 6 ...     15 min    until the message expires: about 96 more attempts
THROTTLED_S = (5.0, 15.0, 60.0, 300.0, 900.0)

# The pair limit: Meta's own 4^X s (META 5.2, code 131056), X = 0, 1, 2 ...; about 23 min in all before the last step.
PAIR_S = (1.0, 4.0, 16.0, 64.0, 256.0, 1024.0)

# Transient: a refused connection or a name that does not resolve is often over in seconds, else in minutes.
TRANSIENT_S = (1.0, 4.0, 15.0, 60.0, 300.0)
MAINTENANCE_S = 60.0  # 131057 and 2494100: Meta says about a minute

JITTER = 0.2  # spread over plus and minus a fifth, so that those who failed together do not come back together

# How long everybody else of the number waits after one send of it was throttled: until the first of them may retry.
HOLD_S = 5.0

# A follower in a lane comes back about when those before it should be done.
FOLLOWER_STEP_S = 0.25
FOLLOWER_S_MIN = 1.0
FOLLOWER_S_MAX = 256.0
# No wait between attempts is this long: the first of the lane has been parked, and its followers belong beside it.
PARKED_S_MIN = 2 * 3600.0


def expired(asked_ms: int, now_ms: int) -> bool:
    """Whether a message asked for then is too old to be handed to Graph now."""
    return now_ms - asked_ms >= EXPIRES_AFTER_MS


def retry_after_s(outcome: Outcome, code: int | str | None, attempt: int, chance: float) -> float:
    """How long after failed attempt number `attempt` (from 1) the next one is due; `chance` is from 0 to 1."""
    if outcome is Outcome.TRANSIENT and isinstance(code, int):
        delay_s = max(MAINTENANCE_S, _step(TRANSIENT_S, attempt))
    elif outcome is Outcome.TRANSIENT:
        delay_s = _step(TRANSIENT_S, attempt)
    elif code == PAIR_LIMIT:
        return _step(PAIR_S, attempt)  # exact: only this customer's messages wait for it, one behind the other
    else:
        delay_s = _step(THROTTLED_S, attempt)
    return delay_s * (1 + JITTER * (2 * chance - 1))


def follower_after_s(ahead: int, head_s: float) -> float:
    """When to look again with `ahead` messages in front, the first of which is due in `head_s`."""
    if head_s >= PARKED_S_MIN:
        return FOLLOWER_S_MIN
    return min(FOLLOWER_S_MAX, max(FOLLOWER_S_MIN, head_s + ahead * FOLLOWER_STEP_S))


def _step(delays_s: tuple[float, ...], attempt: int) -> float:
    return delays_s[min(attempt, len(delays_s)) - 1]
