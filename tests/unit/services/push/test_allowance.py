"""How often a socket may send."""

from services.push.allowance import Allowance


def test_a_burst_is_allowed_and_then_the_rate() -> None:
    """What is not used fills up again, to the burst and no further."""
    allowance = Allowance(per_s=2, burst=3, now_s=0)
    assert [True, True, True, False] == [allowance.take(0) for _ in range(4)]
    assert [True, False] == [allowance.take(0.5) for _ in range(2)]
    assert [True, True, True, False] == [allowance.take(1_000) for _ in range(4)]
