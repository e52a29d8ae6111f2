"""How long the broker is waited for."""

from itertools import islice

from shared.broker.backoff import FIRST_S, LAST_S, delays_s


def test_delays_grow_to_a_limit_and_are_jittered() -> None:
    """The first is short, none is longer than the last, and two processes do not come back in step."""
    delays, others = list(islice(delays_s(), 50)), list(islice(delays_s(), 50))

    assert FIRST_S / 2 <= delays[0] <= FIRST_S
    assert LAST_S / 2 <= min(delays[10:])
    assert LAST_S >= max(delays)
    assert delays != others
