"""Processes die, freeze, restart, and are told a wrong time."""

import asyncio

from simulator.faults import Fault as GraphFault
from tests.chaos.fault import Cause, Fault, add, fault
from tests.chaos.scene import Scene
from tests.system.stack import MODULES

DEAD_S = (0.0, 1.5)  # as long as a supervisor takes to notice
MID_CALL_S = 1.5
FROZEN_S = 10.0  # longer than anybody waits for an answer


def killed(name: str) -> Cause:
    """`kill -9`, and a start after a moment."""

    async def cause(scene: Scene) -> None:
        process = scene.processes[name]
        await process.kill()
        await scene.last(scene.chance.uniform(*DEAD_S))
        await process.start()

    return cause


def frozen(name: str) -> Cause:
    """SIGSTOP, and SIGCONT."""

    async def cause(scene: Scene) -> None:
        process = scene.processes[name]
        process.freeze()
        try:
            await scene.last(FROZEN_S)
        finally:
            process.thaw()

    return cause


for each in MODULES:
    add(Fault(f"kill -9: {each}", killed(each), times=3))
    add(Fault(f"SIGSTOP: {each}", frozen(each)))


@fault("Rolling restart of everything")
async def restarted(scene: Scene) -> str:
    """One after the other, as a deployment does; each has to end with 0 within its time."""
    order = scene.chance.sample(sorted(scene.processes), len(scene.processes))
    for name in order:
        process = scene.processes[name]
        assert 0 == await process.stop(), name
        await process.start()
        await process.ready(scene.stack.http)
    return ", ".join(order)


@fault("kill -9: everything at once")
async def all_killed(scene: Scene) -> None:
    """As when the machine goes."""
    await asyncio.gather(*(process.kill() for process in scene.processes.values()))
    await asyncio.gather(*(process.start() for process in scene.processes.values()))


@fault("kill -9: two at once")
async def two_killed(scene: Scene) -> str:
    """What one leaves for the other is found by another that knows nothing."""
    names = scene.chance.sample(sorted(scene.processes), 2)
    await asyncio.gather(*(scene.processes[name].kill() for name in names))
    await scene.last(scene.chance.uniform(*DEAD_S))
    await asyncio.gather(*(scene.processes[name].start() for name in names))
    return ", ".join(names)


@fault("kill -9: one while a server is away")
async def killed_without_server(scene: Scene) -> str:
    """It comes back before what it needs, and has to wait for it."""
    name, server = scene.chance.choice(sorted(scene.processes)), scene.chance.choice(("rabbitmq", "redis"))
    away = scene.rabbitmq if server == "rabbitmq" else scene.redis
    await asyncio.to_thread(away.kill)
    await scene.last(scene.chance.uniform(*DEAD_S))
    await scene.processes[name].kill()
    await scene.processes[name].start()
    await scene.last(scene.chance.uniform(*DEAD_S))
    await asyncio.to_thread(away.start)
    return f"{name} without {server}"


@fault("kill -9: sender in mid-call", times=2)
async def killed_in_mid_call(scene: Scene) -> None:
    """Graph takes its time over every call, and takes the message whether or not somebody still waits."""
    scene.simulator.add_fault(GraphFault(kind="delay", delay_s=MID_CALL_S, number_id=scene.shop.number_id))
    await scene.last(MID_CALL_S)
    await scene.processes["sender"].kill()
    await scene.processes["sender"].start()
    scene.simulator.lift()


@fault("kill -9: Redis and the sender in mid-call")
async def killed_with_their_memory(scene: Scene) -> None:
    """What was claimed has to be known to whoever comes after them."""
    scene.simulator.add_fault(GraphFault(kind="delay", delay_s=MID_CALL_S, number_id=scene.shop.number_id))
    await scene.last(MID_CALL_S)
    await asyncio.gather(scene.processes["sender"].kill(), asyncio.to_thread(scene.redis.kill))
    await asyncio.to_thread(scene.redis.start)
    await scene.processes["sender"].start()
    scene.simulator.lift()
