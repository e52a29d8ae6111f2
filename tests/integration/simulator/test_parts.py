"""How everything is wired."""

from simulator import Simulator


async def test_a_reset_world_never_repeats_an_id(sim: Simulator) -> None:
    """Luck, clock and ledger go on; the people are new."""
    before = sim.parts
    maria = sim.customer("maria")
    await sim.reset()

    assert before.chance is sim.parts.chance
    assert before.ledger is sim.parts.ledger
    assert maria is not sim.customer("maria")
