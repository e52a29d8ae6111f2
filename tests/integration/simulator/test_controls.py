"""What tests may do."""

import pytest
from pydantic import ValidationError

from simulator import Simulator
from simulator.faults import Fault
from simulator.number import Number
from simulator.webhooks.callback import Callback
from tests.integration.simulator.caller import Caller
from tests.integration.simulator.listener import Listener, eventually


async def test_a_callback_that_fails_the_handshake_is_refused(sim: Simulator, listener: Listener) -> None:
    """A wrong verify token, and nobody there."""
    with pytest.raises(ValueError, match="403"):
        await sim.set_callback(Callback(url=listener.url, verify_token="wrong"))
    with pytest.raises(ValueError, match="reached"):
        await sim.set_callback(Callback(url="http://127.0.0.1:1/hook"))


async def test_dials_turn_together_or_not_at_all(sim: Simulator) -> None:
    """One bad dial leaves the others where they were."""
    with pytest.raises(ValidationError):
        sim.tune(speed=3, batch_max=0)
    assert 200 == sim.parts.tuning.speed
    assert 1_000 == sim.tune(profile="top_tier").throughput_per_s


async def test_a_mix_arrives_as_one_body(sim: Simulator, listener: Listener) -> None:
    """All thousand of it, under 3 MB."""
    mix = sim.deliver_mix(1_000, malformed=1)

    await eventually(lambda: listener.bodies)
    assert await sim.settled()
    assert 1 == len(listener.bodies)
    assert len(listener.bodies[0]) < 3 * 1024 * 1024
    ids = {m["id"] for m in listener.messages if isinstance(m, dict) and "id" in m}
    assert set(mix.wamids) <= ids
    assert {w for w, _ in mix.statuses} == {s["id"] for s in listener.statuses}


async def test_history_arrives_whole(sim: Simulator, listener: Listener) -> None:
    """Five thousand messages in one update."""
    wamids = sim.deliver_history(messages=5_000, threads=40)

    await eventually(lambda: listener.changes)
    threads = listener.changes[0]["value"]["history"][0]["threads"]
    assert wamids == [m["id"] for t in threads for m in t["messages"]]


async def test_other_fields_tests_and_errors_arrive(sim: Simulator, listener: Listener) -> None:
    """Also fields that nobody has heard of."""
    sim.deliver_field("account_update")
    sim.deliver_field("quantum_update", {"spin": "up"})
    sim.deliver_test()
    sim.deliver_errors(131000)
    sim.decline_history()

    await eventually(lambda: len(listener.changes) == 5)
    assert {"account_update", "quantum_update", "messages", "history"} == {c["field"] for c in listener.changes}


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
