"""Push with a change at a time: the next is published when every socket has heard the last."""

from bench import fanout, listening
from bench.listening import Deliveries
from bench.pushes import Hall, Opened, nchan, prepared
from bench.result import Bar, Result, Turn
from bench.stage import Bench, Stage


async def run(stage: Stage, bench: Bench) -> Result:
    """Deliveries per second."""
    size = bench.size

    async def play(hall: Hall, book: Deliveries, number: int) -> Turn:
        serials = range(number * size.steps, (number + 1) * size.steps)
        return await listening.live(hall, book, size.sockets, serials, in_step=True)

    told = {"changes": f"{size.steps} in a round and side, each published when all sockets have heard the one before"}
    # Bare writes are no comparator: they tell how much of it all is the kernel's.
    bars: dict[Opened, Bar | None] = {nchan: Bar(must=0.9, stretch=1.1), prepared: None}
    return await fanout.against(stage, bench, bars, size.sockets, play, told)


STAGE = Stage("g9", "push, a change at a time", "Nchan", run)
