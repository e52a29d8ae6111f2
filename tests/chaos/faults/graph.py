"""Graph is down, slow, or answers with anything but an answer; now and then it has taken the message all the same."""

from simulator.faults import Fault as GraphFault
from simulator.faults import Kind
from tests.chaos.fault import Cause, Fault, add, fault
from tests.chaos.scene import Scene
from tests.system.stack import GRAPH_DEADLINE_S

LATE_S = GRAPH_DEADLINE_S + 2  # an answer that nobody waits for any more

SPOILED: dict[str, tuple[Kind, int]] = {
    "Graph answers 502 in HTML": ("html", 502),
    "Graph answers half": ("half", 502),
    "Graph closes instead of an answer": ("close", 502),
    "Graph answers 200 without JSON": ("garbage", 502),
    "Graph does not answer": ("hang", 502),
}
REFUSED = {"Graph answers 500 (131000)": 131000, "Graph answers 503 (2)": 2, "Graph throttles (130429)": 130429}


def spoiled(kind: Kind, http_code: int) -> Cause:
    """A quarter of all answers stay good; of the others the message was taken in two cases of three."""

    async def cause(scene: Scene) -> None:
        for accepted in (True, False):
            scene.simulator.add_fault(
                GraphFault(
                    kind=kind,
                    http_code=http_code,
                    accepted=accepted,
                    rate=0.5,
                    number_id=scene.shop.number_id,
                    delay_s=LATE_S if kind == "hang" else 0,
                )
            )
        await scene.last(scene.span_s / 2)
        scene.simulator.lift()

    return cause


def refused(code: int) -> Cause:
    """Half of all sends are refused."""

    async def cause(scene: Scene) -> None:
        scene.simulator.add_fault(GraphFault(kind="error", code=code, rate=0.5, number_id=scene.shop.number_id))
        await scene.last(scene.span_s / 2)
        scene.simulator.lift()

    return cause


def slow(delay_s: float) -> Cause:
    """Every answer, and what it is about, comes so much later."""

    async def cause(scene: Scene) -> None:
        scene.simulator.add_fault(GraphFault(kind="delay", delay_s=delay_s, number_id=scene.shop.number_id))
        await scene.last()
        scene.simulator.lift()

    return cause


for name, (kind, http_code) in SPOILED.items():
    add(Fault(name, spoiled(kind, http_code)))
for name, code in REFUSED.items():
    add(Fault(name, refused(code)))
add(Fault("Graph is slow", slow(GRAPH_DEADLINE_S / 2)))
add(Fault("Graph takes a message too late", slow(LATE_S)))


@fault("Graph is down")
async def down(scene: Scene) -> None:
    """Connections end, and new ones are refused."""
    scene.simulator.refuse_connections(scene.span_s)
    await scene.last(scene.span_s + 0.5)
