"""The api's two great reads against the least that could answer them: a page of messages, and the snapshot."""

from bench import reads
from bench.result import Bar, Result
from bench.stage import Bench, Stage


async def run(stage: Stage, bench: Bench) -> Result:
    """Answers per second of each."""
    return await reads.against(stage, bench, Bar(must=0.5, stretch=0.7))


STAGE = Stage("g13", "api: a page of 50 messages; the snapshot", "bare aiohttp + one Redis GET of the same bytes", run)
