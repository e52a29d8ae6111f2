"""What tests may do."""

import pytest
from pydantic import ValidationError

from simulator import Simulator
from simulator.customer import Customer
from simulator.faults import Fault
from simulator.number import Number
from tests.integration.simulator.caller import Caller
from tests.integration.simulator.listener import Listener, eventually


async def test_dials_turn_together_or_not_at_all(sim: Simulator) -> None:
    """One bad dial leaves the others where they were."""
    with pytest.raises(ValidationError):
        sim.tune(speed=3, batch_max=0)
    assert 200 == sim.parts.tuning.speed
    assert 1_000 == sim.tune(profile="top_tier").throughput_per_s


async def test_a_status_can_come_out_of_turn(sim: Simulator, caller: Caller, listener: Listener) -> None:
    """`delivered` again, an hour late."""
    sim.write("maria")
    wamid = (await caller.send("+34600555101")).body["messages"][0]["id"]
    assert await sim.settled()
    sim.emit_status(wamid, "delivered", at=sim.parts.clock.now() + 3600)

    await eventually(lambda: len(listener.statuses) == 4)
    with pytest.raises(LookupError):
        sim.emit_status("wamid.nobody", "read")


async def test_a_second_number_has_its_own_window_and_limits(sim: Simulator, caller: Caller) -> None:
    """Writing to one opens nothing at the other."""
    sim.add_number(Number("777", "888", "15550002222", "Second shop"))
    sim.write("maria", number_id="777")

    assert 131047 == (await caller.send("+34600555101")).error


async def test_a_fault_finds_a_customer_under_any_name(sim: Simulator, caller: Caller) -> None:
    """Named by phone, met by id."""
    sim.write("maria")
    sim.add_fault(Fault(kind="error", code=131016, recipient="+34600555101", times=1))

    assert 131016 == (await caller.send("+34600555101")).error
    assert (await caller.send("+34600555101")).error is None


async def test_whatever_is_changed_is_noted_for_whoever_watches(sim: Simulator) -> None:
    """A page that follows the ledger knows when to look again, whoever turned the lever."""
    sim.add_customer(Customer(id="ada", name="Ada", phone="4915112345678", bsuid=None))
    sim.write("ada")
    sim.age_window("ada", 25)
    sim.refuse()
    sim.allow()
    fault = sim.add_fault(Fault(kind="error", code=131016))
    sim.lift(fault.id)
    sim.tune(speed=3)
    sim.pause()
    sim.resume()
    sim.stream(per_s=1, for_s=1, customers=1)
    await sim.dry_up()
    sim.remove_customer("ada")

    expected = (
        *("customer.added", "window.aged", "access.refused", "access.given", "fault.added", "fault.lifted"),
        *("tuned", "paused", "resumed", "traffic.began", "traffic.ended", "customer.removed"),
    )
    noted = [r["what"] for r in sim.ledger.records("note")]
    assert list(expected) == [what for what in noted if what in expected]


async def test_a_refused_token_is_known_until_it_is_given_back(sim: Simulator) -> None:
    """For whoever asks why nothing works."""
    assert sim.token_refused_code is None
    sim.refuse(code=10)
    assert 10 == sim.token_refused_code
    sim.allow()
    assert sim.token_refused_code is None


async def test_lifting_a_fault_that_is_not_there_lifts_nothing(sim: Simulator) -> None:
    """One by its id, or all of them."""
    sim.add_fault(Fault(kind="error"))

    assert not sim.lift(99)
    assert 1 == len(sim.parts.faults.all())
    assert sim.lift()
    assert [] == sim.parts.faults.all()
