"""Child processes of the demo."""

import asyncio
import os
import signal
import sys
from pathlib import Path

import pytest

from demo.children import ChildEnded, running
from demo.ports import free
from tests.real.waiting import until


def environment() -> dict[str, str]:
    """For a simulator that disturbs nobody."""
    return {"PATH": os.environ["PATH"], "SIMULATOR_PORT": str(free())}


def is_alive(pid: int) -> bool:
    """Whether it still runs; one that has ended and was not yet asked about does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


async def test_a_child_is_gone_after_the_block(tmp_path: Path) -> None:
    """It is asked to stop, and stops in good order."""
    async with running("it", "simulator", environment(), tmp_path / "log") as child:
        await until(lambda: "ready" in (tmp_path / "log").read_text())

    assert 0 == child.process.returncode


async def test_a_child_that_ends_by_itself_is_noticed(tmp_path: Path) -> None:
    """With its name, its exit code and what it said last."""
    with pytest.raises(ChildEnded, match="it has ended by itself") as ended:
        async with running("it", "simulator", {**environment(), "SIMULATOR_PORT": "many"}, tmp_path / "log") as child:
            await child.watch()

    assert "exit code 2" in str(ended.value)
    assert "SIMULATOR_PORT" in str(ended.value)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child of its parent's end")
async def test_no_child_outlives_a_demo_that_is_killed(tmp_path: Path) -> None:
    """Not even after kill -9."""
    code = (
        "import asyncio, os, sys; from pathlib import Path; from demo.children import running\n"
        "async def main():\n"
        "  async with running('it', 'simulator', dict(os.environ), Path(sys.argv[1])) as child:\n"
        "    print(child.process.pid, flush=True); await asyncio.Event().wait()\n"
        "asyncio.run(main())"
    )
    parent = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", code, str(tmp_path / "log")), env=environment(), stdout=asyncio.subprocess.PIPE
    )
    assert parent.stdout is not None
    pid = int(await asyncio.wait_for(parent.stdout.readline(), 20))
    await until(lambda: "ready" in (tmp_path / "log").read_text())
    assert is_alive(pid)

    parent.send_signal(signal.SIGKILL)
    await parent.wait()

    await until(lambda: not is_alive(pid))
