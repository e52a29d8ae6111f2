"""Ingest against the receiver that most people would write: Express and amqplib, with the same checks."""

from bench import duel
from bench.result import Bar, Result
from bench.sides import express
from bench.stage import Bench, Stage


async def run(stage: Stage, bench: Bench) -> Result:
    """Requests per second."""
    return await duel.against(stage, bench, express(), Bar(must=1.7, stretch=3.0))


STAGE = Stage("g2", "ingest", "Express 5 + amqplib, the same checks", run)
