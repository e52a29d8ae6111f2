"""Ingest against the fastest receiver that Node has without leaving JavaScript: Fastify and amqplib."""

from bench import duel
from bench.result import Bar, Result
from bench.sides import fastify
from bench.stage import Bench, Stage


async def run(stage: Stage, bench: Bench) -> Result:
    """Requests per second."""
    return await duel.against(stage, bench, fastify(), Bar(must=0.8, stretch=1.3))


STAGE = Stage("g3", "ingest", "Fastify 5 + amqplib, the same checks", run)
