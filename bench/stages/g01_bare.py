"""Ingest, which checks everything, against aiohttp and aio-pika alone, which check nothing: what batching is worth."""

from bench import duel
from bench.result import Bar, Result
from bench.sides import bare
from bench.stage import Bench, Stage


async def run(stage: Stage, bench: Bench) -> Result:
    """Requests per second."""
    return await duel.against(stage, bench, bare(), Bar(must=2.0, stretch=3.5))


STAGE = Stage("g1", "ingest: signature, full schema, confirmed", "bare aiohttp + aio-pika, confirmed, no checks", run)
