"""Push when much happens at once: sixteen publishers, each with its next change as soon as the last is confirmed."""

from bench import fanout, listening
from bench.listening import LANES, Deliveries
from bench.pushes import Hall, Opened, bun, nchan
from bench.result import Bar, Result, Turn
from bench.stage import Bench, Stage


async def run(stage: Stage, bench: Bench) -> Result:
    """Deliveries per second."""
    size = bench.size

    async def play(hall: Hall, book: Deliveries, number: int) -> Turn:
        serials = range(number * size.burst, (number + 1) * size.burst)
        return await listening.live(hall, book, size.sockets, serials, in_step=False)

    told = {"changes": f"{size.burst} in a round and side, by {LANES} publishers"}
    bars: dict[Opened, Bar | None] = {nchan: Bar(must=4.0, stretch=7.0), bun: Bar(must=0.5, stretch=0.9)}
    return await fanout.against(stage, bench, bars, size.sockets, play, told)


STAGE = Stage("g10", "push, bursts of 16 publishers", "Nchan; Bun (uWebSockets)", run)
