"""What a process was started for may have deadlines of its own, however long it takes to close what they interrupt."""

import asyncio
import sys
from asyncio.subprocess import PIPE

from tests.real.waiting import S_MAX

# On a busy machine a channel to RabbitMQ takes its time to be closed; the main task is looked at meanwhile.
PROGRAM = """
import asyncio
from contextlib import suppress
from shared import process

async def asked():
    async with asyncio.timeout(0.01):
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(4 * process.NOTICED_S)

async def work():
    with suppress(TimeoutError):
        await asked()
    print("done")
    {then}

async def main():
    await process.apart(work())

process.run(main)
"""


async def ended(then: str = "") -> tuple[int | None, bytes, bytes]:
    """Its exit code, what it said, and what it logged."""
    running = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", PROGRAM.replace("{then}", then)), stdout=PIPE, stderr=PIPE
    )
    said, logged = await asyncio.wait_for(running.communicate(), S_MAX)
    return running.returncode, said, logged


async def test_a_deadline_that_has_passed_does_not_stop_the_process() -> None:
    """It is no part that has failed."""
    code, said, logged = await ended()

    assert (0, b"done\n") == (code, said)
    assert b"process.stopping" not in logged


async def test_what_fails_ends_it_all_the_same() -> None:
    """With 1, and a line that says where."""
    code, _, logged = await ended("raise RuntimeError")

    assert 1 == code
    assert b"process.failed" in logged
