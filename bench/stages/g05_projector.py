"""The projector, which commits batches, against the consumer that most people would write: a message at a time."""

from bench import backlog
from bench.drains import idiomatic, inbox
from bench.result import Bar, Result
from bench.stage import Bench, Stage


async def run(stage: Stage, bench: Bench) -> Result:
    """Facts per second, from a queue into chat state and feed."""
    return await backlog.against(stage, bench, inbox, idiomatic, Bar(must=4.0, stretch=7.0))


STAGE = Stage("g5", "projector", "aio-pika + redis-py: an ack and a write at a time", run)
