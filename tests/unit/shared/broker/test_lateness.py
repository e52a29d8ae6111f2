"""A broker is silent when the oldest publish waits for too long, and sooner once it has failed."""

from shared.broker.lateness import Lateness


def test_only_the_oldest_counts() -> None:
    """However many have come after it; with none in flight nobody is silent."""
    lateness = Lateness[str](late_s=1.0, ahead_s=0.1)
    assert not lateness.is_silent(100.0)
    lateness.begin("old", 100.0)
    lateness.begin("young", 101.0)
    assert not lateness.is_silent(101.0)
    assert lateness.is_silent(101.1)
    lateness.end("old")
    assert (False, 1) == (lateness.is_silent(102.0), len(lateness))


def test_after_a_failure_it_is_found_silent_sooner() -> None:
    """Until something has been confirmed."""
    lateness = Lateness[str](late_s=1.0, ahead_s=0.1)
    lateness.begin("one", 100.0)
    lateness.failing = True
    assert (False, True) == (lateness.is_silent(100.05), lateness.is_silent(100.2))
    lateness.failing = False
    assert not lateness.is_silent(100.2)
