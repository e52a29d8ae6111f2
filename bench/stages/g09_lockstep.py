"""Push with a change at a time: the next is published when every socket has heard the last."""

from bench import fanout, listening
from bench.listening import Deliveries
from bench.pushes import Hall, nchan
from bench.result import Bar, Result, Turn
from bench.stage import Bench, Stage


async def run(stage: Stage, bench: Bench) -> Result:
    """Deliveries per second."""
    size = bench.size

    async def play(hall: Hall, book: Deliveries, number: int) -> Turn:
        serials = range(number * size.steps, (number + 1) * size.steps)
        return await listening.live(hall, book, size.sockets, serials, in_step=True)

    told = {"changes": f"{size.steps} in a round and side, each published when all sockets have heard the one before"}
    return await fanout.against(stage, bench, {nchan: Bar(must=0.9, stretch=1.1)}, size.sockets, play, told)


STAGE = Stage("g9", "push, a change at a time", "Nchan", run)
