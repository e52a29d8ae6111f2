"""The projector against the writes alone: what broker, reads and projection cost beside them."""

from bench import backlog
from bench.drains import inbox, pipelined
from bench.result import Bar, Result
from bench.stage import Bench, Stage


async def run(stage: Stage, bench: Bench) -> Result:
    """Facts per second, from a queue or a file into the store."""
    return await backlog.against(stage, bench, inbox, pipelined, Bar(must=0.5, stretch=0.75))


STAGE = Stage("g6", "projector", "the same Redis writes, pipelined, no broker", run)
