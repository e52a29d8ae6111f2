"""Scripts."""

import pytest

from simulator import Simulator
from simulator.customer import Customer
from simulator.steps import STEPS
from tests.integration.simulator.caller import Caller
from tests.integration.simulator.listener import Listener, eventually

SCRIPT = STEPS.validate_python(
    [
        {"do": "write", "text": "One"},
        {"do": "edit", "text": "First"},
        {"do": "await_answer"},
        {"do": "react", "emoji": "🥖"},
        {"do": "write", "text": "Two", "quote": True},
        {"do": "lose_signal", "for_s": 2},
        {"do": "revoke"},
    ]
)


def ada(sim: Simulator, **more: object) -> Customer:
    """A customer with a script."""
    return sim.add_customer(Customer(id="ada", name="Ada", phone="4915112345678", bsuid=None, **more))  # type: ignore[arg-type]


async def test_a_script_is_lived_step_by_step(sim: Simulator, caller: Caller, listener: Listener) -> None:
    """Nothing after the question before the answer."""
    ada(sim, script=SCRIPT)
    sim.play("ada")
    await eventually(lambda: len(listener.messages) == 2)
    await caller.send("+4915112345678")

    await eventually(lambda: not sim.parts.player.playing)
    types = [r["type"] for r in sim.ledger.records("inbound")]
    assert ["text", "edit", "reaction", "text", "revoke"] == types
    assert sim.customer("ada").online


async def test_small_talk_takes_one_line_per_answer_and_ends(sim: Simulator, caller: Caller) -> None:
    """Two lines, three answers, two messages."""
    ada(sim, small_talk=("Thanks", "Bye"))
    sim.write("ada")
    sim.play("ada")
    for expected in (2, 3, 3):
        await caller.send("+4915112345678")
        await eventually(lambda expected=expected: len(sim.ledger.records("inbound")) == expected)  # type: ignore[misc]

    await eventually(lambda: not sim.parts.player.playing)


async def test_a_script_can_repeat(sim: Simulator) -> None:
    """Twice more is three times."""
    script = STEPS.validate_python([{"do": "write", "text": "Again"}, {"do": "repeat", "times": 2}])
    ada(sim, script=script)
    sim.play("ada")

    await eventually(lambda: not sim.parts.player.playing)
    assert 3 == len(sim.ledger.records("inbound"))


async def test_a_paused_world_waits(sim: Simulator) -> None:
    """And goes on when told."""
    ada(sim, script=SCRIPT)
    sim.pause()
    sim.play("ada")
    assert [] == sim.ledger.records("inbound")
    sim.resume()

    await eventually(lambda: sim.ledger.records("inbound"))


async def test_a_stopped_script_finds_its_signal_again(sim: Simulator) -> None:
    """Nobody stays offline because a script was stopped in a tunnel."""
    ada(sim, script=STEPS.validate_python([{"do": "lose_signal", "for_s": 86_400}]))
    sim.play("ada")
    await eventually(lambda: not sim.customer("ada").online)
    sim.parts.player.stop("ada")

    await eventually(lambda: sim.customer("ada").online)


async def test_the_whole_cast_can_play(sim: Simulator, listener: Listener) -> None:
    """Everyone says something."""
    sim.play()

    await eventually(lambda: len({r["customer_id"] for r in sim.ledger.records("inbound")}) == 12)
    assert await sim.settled()


async def test_a_broken_script_is_told(sim: Simulator) -> None:
    """A step that cannot be done ends it with a note."""
    ada(sim, script=STEPS.validate_python([{"do": "revoke"}]))
    sim.play("ada")

    await eventually(lambda: [r for r in sim.ledger.records("note") if r["what"] == "script.failed"])
    with pytest.raises(KeyError):
        sim.play("nobody")
