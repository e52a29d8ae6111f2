"""The system tests, as they are, on another installation than they would make for themselves."""

import asyncio
import os
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
PROMISES = ("receive", "send", "ticks", "resume", "pull", "token", "uncertain", "parked", "bulk", "kill", "shutdown")


async def kept(*, patience: int, **told: str) -> tuple[int | None, str]:
    """How the promises fare in a run of their own that is told these settings: its exit code, and what it says."""
    environ = {**os.environ, "INBOX_TEST_STACKS": "five", "INBOX_TEST_PATIENCE": str(patience), **told}
    files = [f"tests/system/test_{name}.py" for name in PROMISES]
    chosen = ["-k", "not all_in_one", *files]
    asked = (sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--timeout=400", *chosen)
    output = asyncio.subprocess.PIPE
    running = await asyncio.create_subprocess_exec(
        *asked, cwd=ROOT, env=environ, stdout=output, stderr=asyncio.subprocess.STDOUT
    )
    try:
        said, _ = await running.communicate()
    finally:
        if running.returncode is None:
            running.terminate()
            await running.wait()
    return running.returncode, said.decode()[-20_000:]
