"""The tables that slow down and turn away."""

import pytest

from shared.limits import Failures, Rates, neighbourhood


def test_a_burst_passes_and_then_only_the_rate() -> None:
    """300 at once, and 100 a second after that."""
    rates = Rates(100, 300)

    assert [0.0] * 300 == [rates.wait_s("a", 0) for _ in range(300)]
    assert pytest.approx(0.01) == rates.wait_s("a", 0)
    assert 0.0 == rates.wait_s("a", 10)
    assert rates.wait_s("a", 10) > 0


def test_a_refused_request_costs_nothing() -> None:
    """Whoever waits as long as they were told gets through."""
    rates = Rates(1, 1)
    rates.wait_s("a", 0)

    for at_ms in range(0, 1000, 100):
        assert rates.wait_s("a", at_ms) > 0
    assert 0.0 == rates.wait_s("a", 1000)


def test_each_credential_has_its_own_bucket() -> None:
    """One that asks too often slows down nobody else."""
    rates = Rates(1, 1)
    rates.wait_s("a", 0)

    assert rates.wait_s("a", 0) > 0
    assert 0.0 == rates.wait_s("b", 0)


def test_a_clock_that_steps_back_takes_nothing() -> None:
    """Nor does it give."""
    rates = Rates(1, 2)
    rates.wait_s("a", 10_000)

    assert 0.0 == rates.wait_s("a", 0)
    assert rates.wait_s("a", 0) > 0


def test_the_table_of_rates_is_bounded() -> None:
    """Whoever has not asked for longest is forgotten first."""
    rates = Rates(1, 1, length_max=2)
    for name in ("a", "b", "a", "c"):
        rates.wait_s(name, 0)

    assert rates.wait_s("a", 0) > 0
    assert 0.0 == rates.wait_s("b", 0)


def test_failures_slow_down_for_the_rest_of_the_minute() -> None:
    """Ten, then none until the minute is over."""
    failures = Failures(10)
    for _ in range(10):
        assert 0.0 == failures.wait_s("192.0.2.1", 0)
        failures.note("192.0.2.1", 0)

    assert 60.0 == failures.wait_s("192.0.2.1", 0)
    assert 0.001 == failures.wait_s("192.0.2.1", 59_999)
    assert 0.0 == failures.wait_s("192.0.2.1", 60_000)
    assert 0.0 == failures.wait_s("192.0.2.2", 0)


def test_a_new_minute_counts_from_nothing() -> None:
    """Nine in one minute and nine in the next are no ten."""
    failures = Failures(10)
    for at_ms in [0] * 9 + [60_000] * 9:
        failures.note("192.0.2.1", at_ms)

    assert 0.0 == failures.wait_s("192.0.2.1", 60_000)


def test_the_table_of_failures_is_bounded() -> None:
    """The oldest peer is forgotten first."""
    failures = Failures(1, length_max=1)
    failures.note("192.0.2.1", 0)
    failures.note("192.0.2.2", 0)

    assert 0.0 == failures.wait_s("192.0.2.1", 0)
    assert failures.wait_s("192.0.2.2", 0) > 0


@pytest.mark.parametrize(
    ("one", "another", "same"),
    [
        ("192.0.2.1", "192.0.2.2", False),
        ("2001:db8::1", "2001:db8::ffff", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
        ("::ffff:192.0.2.1", "192.0.2.1", True),
        ("unix:", "unix:", True),
    ],
)
def test_an_ipv6_peer_is_its_whole_network(one: str, another: str, same: bool) -> None:
    """A single customer of a provider holds a /64."""
    assert same == (neighbourhood(one) == neighbourhood(another))


def test_what_was_no_failure_is_forgiven() -> None:
    """Once for each, and never below nothing."""
    failures = Failures(1)
    failures.forgive("192.0.2.1")
    failures.note("192.0.2.1", 0)
    failures.forgive("192.0.2.1")
    failures.forgive("192.0.2.1")
    assert 0.0 == failures.wait_s("192.0.2.1", 0)

    failures.note("192.0.2.1", 0)
    assert failures.wait_s("192.0.2.1", 0) > 0
