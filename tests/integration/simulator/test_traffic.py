"""Load."""

from simulator import Simulator
from tests.integration.simulator.listener import Listener, eventually


async def test_a_stream_writes_what_was_asked(sim: Simulator, listener: Listener) -> None:
    """So many a second for so long, from so many people, and no wamid twice."""
    sim.stream(per_s=500, for_s=0.2, customers=10)

    await eventually(lambda: len(listener.messages) == 100)
    assert 100 == len({m["id"] for m in listener.messages})
    assert 10 == len({m["from"] for m in listener.messages})
    await eventually(lambda: sim.parts.traffic.all()[0]["done"])


async def test_streams_end_when_told(sim: Simulator) -> None:
    """No stream outlives a reset."""
    sim.stream(per_s=100, for_s=3600)
    await sim.reset()

    assert [] == sim.parts.traffic.all()
