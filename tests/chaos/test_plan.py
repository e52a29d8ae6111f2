"""A seed decides what happens when."""

from tests.chaos.fault import every_fault
from tests.chaos.plan import planned


def test_the_same_seed_is_the_same_plan_and_another_is_another() -> None:
    """Order, moments and luck."""
    faults = list(every_fault().values())
    assert planned(7, faults) == planned(7, faults)
    assert planned(7, faults) != planned(8, faults)


def test_every_fault_comes_as_often_as_the_table_says() -> None:
    """Or as often as was asked for."""
    faults = every_fault()
    names = [step.fault.name for step in planned(7, faults.values())]
    assert {name: fault.times for name, fault in faults.items()} == {name: names.count(name) for name in names}
    assert sorted(faults) == sorted(step.fault.name for step in planned(7, faults.values(), times=1))
