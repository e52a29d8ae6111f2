"""Things that go wrong on cue."""

import pytest
from pydantic import ValidationError

from simulator.faults import FAULTS_MAX, Fault, Faults


def certain(rate: float) -> bool:
    """Luck that never fails."""
    return rate > 0


def test_a_fault_is_used_up() -> None:
    """The next two, and no third."""
    faults = Faults(certain)
    faults.add(Fault(kind="error", code=131016, times=2))

    assert [True, True, False] == [faults.take("send", "1") is not None for _ in range(3)]
    assert not faults


def test_a_fault_meets_only_whom_it_is_for() -> None:
    """Another recipient, another number and another call pass."""
    faults = Faults(certain)
    faults.add(Fault(kind="close", number_id="1", recipient="maria"))

    assert faults.take("send", "1", frozenset({"tunde"})) is None
    assert faults.take("send", "2", frozenset({"maria"})) is None
    assert faults.take("lookup", "1", frozenset({"maria"})) is None
    assert faults.take("send", "1", frozenset({"maria"})) is not None


def test_any_call_meets_a_fault_for_any() -> None:
    """`any` spares nobody."""
    faults = Faults(certain)
    faults.add(Fault(kind="html", call="any"))

    assert all(faults.take(call, "1") for call in ("send", "read", "lookup", "media"))


def test_a_rate_leaves_the_rest_alone() -> None:
    """When luck says no, the call goes well."""
    faults = Faults(lambda rate: False)
    faults.add(Fault(kind="html", rate=0.5))

    assert faults.take("send", "1") is None


def test_a_reset_is_taken_before_the_body_is_read() -> None:
    """It is found by number alone, and not among the others."""
    faults = Faults(certain)
    faults.add(Fault(kind="reset", number_id="1", times=1))

    assert faults.take("send", "1") is None
    assert faults.take_reset("2") is None
    assert faults.take_reset("1") is not None


def test_a_reset_cannot_know_a_recipient() -> None:
    """The body that names one is never read."""
    with pytest.raises(ValidationError, match="reset"):
        Fault(kind="reset", recipient="maria")
    with pytest.raises(ValidationError, match="reset"):
        Fault(kind="reset", accepted=True)


def test_faults_can_be_lifted_one_by_one_or_all() -> None:
    """Removing names the fault; clearing needs no name."""
    faults = Faults(certain)
    first, second = faults.add(Fault(kind="html")), faults.add(Fault(kind="half"))

    assert faults.remove(first.id)
    assert not faults.remove(first.id)
    assert [second] == faults.all()
    faults.clear()
    assert [] == faults.all()


def test_faults_are_bounded() -> None:
    """A script that adds faults in a loop is told so."""
    faults = Faults(certain)
    for _ in range(FAULTS_MAX):
        faults.add(Fault(kind="html"))

    with pytest.raises(ValueError, match=str(FAULTS_MAX)):
        faults.add(Fault(kind="html"))
