"""The demo, as `make demo` starts it."""

import asyncio
import os
import re
import signal
import sys
from pathlib import Path

from tests.real.waiting import S_MAX


async def started(folder: Path, *arguments: str) -> asyncio.subprocess.Process:
    """`python -m demo` on free ports, with nothing but Python and a folder."""
    kept = {name: told for name, told in os.environ.items() if not name.startswith(("INBOX_", "SIMULATOR_"))}
    told = {"INBOX_DATA_DIR": str(folder), "INBOX_PORT": "0", "SIMULATOR_PORT": "0", "SIMULATOR_SPEED": "4"}
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "demo", *arguments),
        env={**kept, **told},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )


async def seen(process: asyncio.subprocess.Process, pattern: str) -> re.Match[str]:
    """The next line that is so."""
    assert process.stdout is not None
    async with asyncio.timeout(S_MAX):
        while line := (await process.stdout.readline()).decode():
            if found := re.search(pattern, line):
                return found
    raise AssertionError(f"the demo ended without a line like {pattern}")


async def ended(process: asyncio.subprocess.Process) -> tuple[int | None, str, str]:
    """Exit code and the rest of what it says."""
    async with asyncio.timeout(30):
        out, errors = await process.communicate()
    return process.returncode, out.decode(), errors.decode()


def children(pid: int) -> list[int]:
    """The processes it has started."""
    return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


async def test_a_message_arrives_an_answer_goes_out_and_its_ticks_climb(tmp_path: Path) -> None:
    """Ready within 10 s, also the second time, when it goes on with what was there; it ends by itself when told to."""
    process = await started(tmp_path, "--for", "12", "--plain")
    ready = await seen(process, r"ready in ([\d.]+) s")
    assert float(ready[1]) < 10
    await seen(process, "← María Fernández: ¡Hola!")
    answer = await seen(process, r"→ Ada to María Fernández: (.*)$")
    for tick in ("✓ sent", "✓✓ delivered", "✓✓ read"):
        await seen(process, rf"{tick} · María Fernández: {re.escape(answer[1][:20])}")
    code, out, errors = await ended(process)
    assert (0, "") == (code, errors)
    assert "messages came in" in out.splitlines()[-1]

    kept = (tmp_path / "demo" / "agent.json").read_text()
    again = await started(tmp_path, "--for", "4", "--plain")
    assert float((await seen(again, r"ready in ([\d.]+) s"))[1]) < 10
    assert 0 == (await ended(again))[0]
    assert kept == (tmp_path / "demo" / "agent.json").read_text()


async def test_ctrl_c_ends_it_and_everything_it_has_started(tmp_path: Path) -> None:
    """Exit code 0, nothing said on standard error, no process left."""
    process = await started(tmp_path)
    await seen(process, "←")
    started_by_it = children(process.pid)
    assert 2 == len(started_by_it)

    process.send_signal(signal.SIGINT)
    code, _, errors = await ended(process)

    assert (0, "") == (code, errors)
    assert not any(Path(f"/proc/{pid}").exists() for pid in started_by_it)


async def test_when_a_part_of_it_dies_it_says_which_and_ends(tmp_path: Path) -> None:
    """Exit code 1, and the other part is ended too."""
    process = await started(tmp_path)
    await seen(process, "←")
    both = children(process.pid)

    os.kill(both[0], signal.SIGKILL)
    code, _, errors = await ended(process)

    assert 1 == code
    assert "the simulator has ended by itself" in errors
    assert not any(Path(f"/proc/{pid}").exists() for pid in both)
