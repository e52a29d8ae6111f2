"""`make bench`: every stage, or some, one after another; figures are kept only of stages whose ledger is clean."""

import argparse
import asyncio
import signal
import sys
import tempfile
import time
from pathlib import Path

import uvloop

from bench import machine, npm
from bench.result import Figure, Result
from bench.servers import servers
from bench.stage import QUICK, WHOLE, Bench, Size, Stage
from bench.stages import STAGES

ALL_S_MAX = 60 * 60


def asked() -> tuple[list[Stage], Size]:
    """From the command line."""
    names = [stage.name for stage in STAGES]
    reader = argparse.ArgumentParser(prog="make bench", description=__doc__)
    reader.add_argument(
        "stages", nargs="*", type=str.lower, metavar="stage", help=f"all, unless named: {', '.join(names)}"
    )
    reader.add_argument("--quick", action="store_true", help="a little of each: does it run, is its ledger clean")
    reader.add_argument("--rounds", type=int, help=f"instead of {WHOLE.rounds}; with fewer than 7 nothing is kept")
    told = reader.parse_args()
    if strangers := set(told.stages) - set(names):
        reader.error(f"no stage {', '.join(sorted(strangers))}; there are {', '.join(names)}")
    size = QUICK if told.quick else WHOLE
    if told.rounds:
        size = Size(**{name: getattr(size, name) for name in size.__slots__} | {"rounds": told.rounds})
    return [stage for stage in STAGES if not told.stages or stage.name in told.stages], size


async def run(stages: list[Stage], size: Size) -> int:
    """All of them on one pair of servers; the exit code says whether each ran to its end."""
    began_s = time.monotonic()
    failed = []
    current = asyncio.current_task()
    assert current is not None
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, current.cancel)  # what was started is ended
    async with servers() as running:
        facts = {**machine.described(), **await running.versions()}
        folder = Path(tempfile.mkdtemp(prefix="inbox-bench-"))
        say(f"{facts['cores']} cores of {facts['processor']}, RabbitMQ {facts['rabbitmq']}; logs in {folder}")
        for place, stage in enumerate(stages, 1):
            say(f"{stage.name} ({place} of {len(stages)}): {stage.title}, against {stage.against}")
            bench = Bench(running, folder, size, lambda line: say(f"  {line}"))
            try:
                async with asyncio.timeout(began_s + ALL_S_MAX - time.monotonic()):
                    result = await stage.run(stage, bench)
            except Exception as error:  # the stages after it are run all the same
                failed.append(stage.name)
                say(f"  FAILED: {type(error).__name__}: {error or 'the hour is over'}")
                continue
            if size is QUICK:
                say(f"  ledger: {result.ledger}")
                continue
            show(result)
            if size.is_whole:
                result.model_copy(update={"machine": facts}).keep()
    say(f"{time.monotonic() - began_s:.0f} s; failed: {', '.join(failed) or 'none'}")
    return 1 if failed else 0


def show(result: Result) -> None:
    """Its figures, and what its ledger says."""
    for figure in result.figures:
        say(f"  {figure.name}: {told(figure)}")
    say(f"  ledger: {result.ledger}")


def told(figure: Figure) -> str:
    """With interval, bar and verdict."""
    numbers = f"{figure.median:,.2f} {figure.unit} [{figure.low:,.2f}, {figure.high:,.2f}]"
    if figure.bar is None:
        return numbers
    sign = "<=" if figure.bar.at_most else ">="
    return f"{numbers}; must {sign} {figure.bar.must:g}, stretch {figure.bar.stretch:g}: {figure.verdict}"


def say(line: str) -> None:
    """Progress, as it happens."""
    print(line, flush=True)


if __name__ == "__main__":
    chosen, how_much = asked()
    npm.install()
    try:
        sys.exit(uvloop.run(run(chosen, how_much)))
    except (KeyboardInterrupt, asyncio.CancelledError):
        sys.exit("bench: stopped")
