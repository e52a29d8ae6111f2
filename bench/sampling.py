"""Where the time of our own processes goes: py-spy beside each of them, then a flame graph and a table of it."""

import asyncio
import itertools
import signal
import sys
from collections.abc import Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from bench import flame, folded
from bench.result import FOLDER

PER_S = 200  # often enough for what takes a hundredth of the time, seldom enough to disturb little
END_S_MAX = 20.0
OURS = "services."
_SPY = Path(sys.executable).with_name("py-spy")

_wanted: ContextVar["Samples | None"] = ContextVar("samples", default=None)


@dataclass
class Recording:
    """Of one process, from when it was ready until it is told to end."""

    name: str
    raw: Path
    spy: asyncio.subprocess.Process

    @classmethod
    async def of(cls, command: Sequence[str], pid: int) -> Self | None:
        """Begin, if samples are wanted and the process is one of ours."""
        samples = _wanted.get()
        module = next((part for part in command if part.startswith(OURS)), None)
        if samples is None or module is None:
            return None
        raw = samples.folder / f"{next(samples.numbers):02d}.folded"
        record = ("record", "--pid", str(pid), "--format", "raw", "--rate", str(PER_S), "--output", str(raw))
        quiet = asyncio.subprocess.DEVNULL
        spy = await asyncio.create_subprocess_exec(str(_SPY), *record, stdin=quiet, stdout=quiet, stderr=quiet)
        recording = cls(module.removeprefix(OURS), raw, spy)
        samples.recordings.append(recording)
        return recording

    async def end(self) -> None:
        """It writes what it has when it is interrupted, while its process is still there."""
        if self.spy.returncode is None:
            self.spy.send_signal(signal.SIGINT)
        try:
            async with asyncio.timeout(END_S_MAX):
                await self.spy.wait()
        except TimeoutError:
            self.spy.kill()
            await self.spy.wait()


class Samples:
    """Of every process of ours that starts while this is wanted."""

    def __init__(self, stage: str, folder: Path = FOLDER / "profile") -> None:
        self.folder = folder / stage
        self.numbers = itertools.count(1)
        self.recordings: list[Recording] = []

    def want(self) -> None:
        """From now on."""
        self.folder.mkdir(parents=True, exist_ok=True)
        for old in self.folder.iterdir():
            old.unlink()
        _wanted.set(self)

    def written(self, each_us: Mapping[str, float]) -> list[Path]:
        """A picture and a table for each program; several processes of one are added up."""
        made: list[Path] = []
        for name in dict.fromkeys(recording.name for recording in self.recordings):
            raws = [recording.raw for recording in self.recordings if recording.name == name and recording.raw.exists()]
            counts = folded.counted(found for raw in raws for found in folded.stacks(raw.read_text()))
            if not counts:
                continue
            # The side of a duel is called ours; a stage with several programs calls each by its last name.
            one_us = each_us.get(name) or each_us.get(name.rpartition(".")[2]) or each_us.get("ours")
            picture, told = (self.folder / f"{name}.{ending}" for ending in ("svg", "txt"))
            picture.write_text(flame.picture(f"{self.folder.name}: services.{name}", counts))
            told.write_text(folded.table(counts, one_us))
            made += [picture, told]
        return made
