"""One side, one load: the generator told, processor time read at its words, and what it tells made into a turn."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from bench import cpu
from bench.load import OVER, READY, Load, Told
from bench.program import PYTHON, ROOT
from bench.result import Turn

LINE_BYTES_MAX = 16 * 1024 * 1024


async def take(name: str, load: Load, leaders: Mapping[str, int], module: str = "bench.generator") -> tuple[Turn, Told]:
    """The load from its first request to its last answer."""
    async with _generating(load, module) as generator:
        own = {**leaders, "generator": generator.pid}
        await _word(generator, READY)
        before = cpu.reading(own)
        assert generator.stdin is not None
        generator.stdin.write(b"\n")
        await _word(generator, OVER)
        spent_s = cpu.between(before, cpu.reading(own))
        told = Told.model_validate_json(await _line(generator))
    p50_ms, p99_ms = told.quantiles_ms(0.5, 0.99)
    turn = Turn(
        side=name,
        per_s=told.per_s,
        counted=told.answered,
        refused=len(told.refused),
        took_s=told.took_s,
        cpu_us={
            who: 1_000_000 * s / max(1, told.answered) for who, s in spent_s.items() if who not in ("foreign", "stolen")
        },
        cores={who: s / told.took_s for who, s in spent_s.items()},
        p50_ms=p50_ms,
        p99_ms=p99_ms,
    )
    return turn, told


@asynccontextmanager
async def _generating(load: Load, module: str) -> AsyncIterator[asyncio.subprocess.Process]:
    pipe = asyncio.subprocess.PIPE
    command = (str(PYTHON), "-m", module)
    process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdin=pipe, stdout=pipe, limit=LINE_BYTES_MAX)
    try:
        assert process.stdin is not None
        process.stdin.write(load.model_dump_json().encode() + b"\n")
        yield process
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


async def _word(generator: asyncio.subprocess.Process, word: str) -> None:
    said = (await _line(generator)).decode().strip()
    if said != word:
        raise RuntimeError(f"the generator said {said!r} and not {word!r}")


async def _line(generator: asyncio.subprocess.Process) -> bytes:
    assert generator.stdout is not None
    return await generator.stdout.readline()
