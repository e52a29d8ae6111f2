"""A process that ends by a defect leaves a line without the words behind it, and no picture of its memory."""

import asyncio
import json
import sys
from asyncio.subprocess import PIPE

import pytest

from tests.canaries import Canaries

CANARY = "cis_canary-in-an-exception and +49 1555 1234567"
PROGRAM = """
import asyncio, gc, json, logging, resource, sys, threading, warnings
import structlog
from pydantic import BaseModel
from shared import log, process
canary = sys.argv[1]
class Numbered(BaseModel):
    number: int
    canary: int = 0
class Falls:
    def __del__(self):
        raise RuntimeError(canary)
async def forgotten():
    raise RuntimeError(canary)
def falls():
    raise RuntimeError(canary)
async def main():
    log.configure("debug")
    loop = asyncio.get_running_loop()
    loop.set_debug(True)
    {what}
    await asyncio.sleep(0.1)
    gc.collect()
    print(json.dumps(resource.getrlimit(resource.RLIMIT_CORE)), flush=True)
most = resource.getrlimit(resource.RLIMIT_CORE)[1]
resource.setrlimit(resource.RLIMIT_CORE, (most, most))
process.run(main)
"""
WAYS = {
    "an operating system's refusal": "open('/nowhere/' + canary)",
    "all at once": """try:
        json.loads('{' + canary)
    except ValueError as document:
        try:
            Numbered(number=canary)
        except ValueError as refused:
            refused.__cause__ = document
            document.add_note(canary)
            raise ExceptionGroup(canary, [refused])""",
}
BESIDE = {
    "in a thread": ("thread.failed", "threading.Thread(target=falls, name=canary).start()"),
    "in a finalizer": ("exception.unraisable", "Falls()"),
    "in a callback": ("Exception in callback", "loop.call_soon(falls)"),
    "in a forgotten part": ("Task exception was never retrieved", "asyncio.create_task(forgotten(), name=canary)"),
    "in somebody's log": (
        "refused %s",
        "logging.getLogger('redis').error('refused %s', canary, exc_info=ValueError(canary))",
    ),
    "in a warning": ("%s", "warnings.warn(canary)"),
    "in our own log": (
        "",
        "structlog.get_logger('x').error('refused', token=canary, text=canary, why=ValueError(canary))",
    ),
    "in a stack": (
        "refused",
        "structlog.get_logger('x').error('refused', exc_info=ValueError(canary), stack_info=True)",
    ),
}


async def ended(what: str) -> tuple[int | None, str, str]:
    """How the process ends, and what it says."""
    running = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", PROGRAM.replace("{what}", what), CANARY), stdout=PIPE, stderr=PIPE
    )
    output, errors = await asyncio.wait_for(running.communicate(), 60)
    return running.returncode, output.decode(), errors.decode()


CANARIES = Canaries({"the words": CANARY, "its secret": "cis_canary-in-an-exception", "its phone": "4915551234567"})


@pytest.mark.parametrize("way", WAYS)
async def test_a_crash_tells_where_and_not_what(way: str) -> None:
    """One line with the kinds and the places; the words of an exception quote what it choked on."""
    code, _, errors = await ended(WAYS[way])

    assert 1 == code
    assert "process.failed" == json.loads(errors.splitlines()[-1])["event"]
    assert [] == CANARIES.in_text(errors)


async def test_what_fails_beside_the_work_is_told_in_the_same_way() -> None:
    """Python prints such things by itself, with their words, if nobody takes them from it."""
    code, output, errors = await ended("\n    ".join(what for _, what in BESIDE.values()))
    events = [json.loads(line)["event"] for line in errors.splitlines()]

    assert 0 == code
    assert [] == CANARIES.in_text(errors)
    assert [0, 0] == json.loads(output)  # no core file, which would hold every secret in memory
    for way, (event, _) in BESIDE.items():
        assert any(event in told for told in events), way
