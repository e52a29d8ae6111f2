"""`make bench`: every stage, or some, one after another; figures are kept only of stages whose ledger is clean."""

import argparse
import asyncio
import signal
import sys
import tempfile
import time
from dataclasses import dataclass, replace
from pathlib import Path

import uvloop

from bench import machine, npm, wheels
from bench.progress import Progress
from bench.result import Result
from bench.sampling import Samples
from bench.servers import servers
from bench.stage import PROFILE, QUICK, STAGE_S_MAX, WHOLE, Bench, Size, Stage
from bench.stages import STAGES

ALL_S_MAX = 60 * 60
# A quick stage mostly waits for processes to start and queues to be made, and its figures mean nothing.
QUICK_AT_ONCE = 4


@dataclass(frozen=True)
class Asked:
    """From the command line."""

    stages: list[Stage]
    size: Size
    profile: bool

    @classmethod
    def told(cls) -> "Asked":
        """Ends the program when it makes no sense."""
        names = [stage.name for stage in STAGES]
        reader = argparse.ArgumentParser(prog="make bench", description=__doc__)
        reader.add_argument(
            "stages", nargs="*", type=str.lower, metavar="stage", help=f"all, unless named: {', '.join(names)}"
        )
        reader.add_argument("--quick", action="store_true", help="a little of each: does it run, is its ledger clean")
        reader.add_argument("--profile", action="store_true", help="tell where the time of our own processes goes")
        reader.add_argument("--rounds", type=int, help=f"instead of {WHOLE.rounds}; with fewer than 7 nothing is kept")
        told = reader.parse_args()
        if strangers := set(told.stages) - set(names):
            reader.error(f"no stage {', '.join(sorted(strangers))}; there are {', '.join(names)}")
        if told.profile and not told.stages:
            reader.error("say which STAGE to profile")
        size = QUICK if told.quick else PROFILE if told.profile else WHOLE
        if told.rounds:
            size = replace(size, rounds=told.rounds)
        chosen = [stage for stage in STAGES if not told.stages or stage.name in told.stages]
        if told.quick:
            chosen.reverse()  # a few go at a time, and the last of the list take longest
        return cls(chosen, size, told.profile)


class Run:
    """Stages on one pair of servers."""

    def __init__(self, asked: Asked, bench: Bench, progress: Progress, facts: dict[str, str]) -> None:
        self._asked = asked
        self._bench = bench
        self._progress = progress
        self._facts = facts
        self.failed: list[str] = []

    async def all(self) -> None:
        """One after another; quick ones a few at a time."""
        places = asyncio.Semaphore(QUICK_AT_ONCE if self._asked.size is QUICK else 1)

        async def one(place: int, stage: Stage) -> None:
            async with places:
                left = f", about {self._progress.left_min} min left" if self._asked.size.is_whole else ""
                place_of = f"{place} of {len(self._asked.stages)}{left}"
                self._progress.say(f"{stage.name} ({place_of}): {stage.title}, against {stage.against}")
                await self._one(stage)

        async with asyncio.TaskGroup() as running:
            for place, stage in enumerate(self._asked.stages, 1):
                running.create_task(one(place, stage))

    async def _one(self, stage: Stage) -> None:
        say = self._progress.sayer(stage)
        samples = Samples(stage.name)
        if self._asked.profile:
            samples.want()
        began_s = time.monotonic()
        left_s = ALL_S_MAX - self._progress.taken_s
        try:
            async with asyncio.timeout(min(left_s, STAGE_S_MAX)):
                result = await stage.run(stage, replace(self._bench, say=say))
        except Exception as error:  # the stages after it are run all the same
            self.failed.append(stage.name)
            say(f"FAILED: {type(error).__name__}: {error or 'its time is over'}")
            return
        finally:
            self._progress.ended(stage)
        if self._asked.size is QUICK:
            say(f"ledger: {result.ledger}")
            return
        self._progress.show(stage, result)
        if self._asked.profile:
            made = [str(path) for path in samples.written(result.spent_us())]
            say("\n".join(made) or "py-spy has written nothing: it needs to be let look into processes (root can)")
        self._keep(result.model_copy(update={"machine": self._facts, "took_s": time.monotonic() - began_s}))

    def _keep(self, result: Result) -> None:
        if self._asked.size.is_whole and not self._asked.profile:
            result.keep()


async def run(asked: Asked) -> int:
    """All that was asked; the exit code says whether each ran to its end."""
    progress = Progress(asked.stages)
    current = asyncio.current_task()
    assert current is not None
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, current.cancel)  # what was started is ended
    async with servers() as running:
        facts = {**machine.described(), **await running.versions()}
        folder = Path(tempfile.mkdtemp(prefix="inbox-bench-"))
        progress.say(f"{facts['cores']} cores of {facts['processor']}, RabbitMQ {facts['rabbitmq']}; logs in {folder}")
        whole = Run(asked, Bench(running, folder, asked.size, progress.say), progress, facts)
        await whole.all()
    progress.say(f"failed: {', '.join(whole.failed) or 'none'}")
    return 1 if whole.failed else 0


if __name__ == "__main__":
    chosen = Asked.told()
    npm.install()
    wheels.install()
    try:
        sys.exit(uvloop.run(run(chosen)))
    except (KeyboardInterrupt, asyncio.CancelledError):
        sys.exit("bench: stopped")
