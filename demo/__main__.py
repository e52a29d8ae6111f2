"""`python -m demo`: the whole inbox with simulated customers, until Ctrl-C."""

import asyncio
import signal
import sys
from typing import Any

from demo.children import ChildEnded
from demo.day import day
from demo.door import Refused
from demo.folders import InUse
from demo.following import NotWelcome
from demo.options import Options, read

# What a person can understand and do something about; anything else is a defect, and shows where.
TOLD = (ChildEnded, InUse, NotWelcome, Refused, TimeoutError, OSError)


async def run(options: Options) -> int:
    """0 when it ended because somebody wanted it to."""
    stopped = False
    work = asyncio.ensure_future(day(options))

    def stop() -> None:
        nonlocal stopped
        stopped = True
        work.cancel()

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, stop)
    try:
        await work
    except asyncio.CancelledError:
        if not stopped:
            raise
    except BaseException as failure:
        reason = _first(failure)
        if not isinstance(reason, TOLD):
            raise
        print(f"demo: {reason or type(reason).__name__}", file=sys.stderr, flush=True)
        return 1
    return 0


def _first(failure: BaseException) -> BaseException:
    while isinstance(failure, BaseExceptionGroup):
        failure = failure.exceptions[0]
    return failure


def main() -> int:
    """The exit code."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure: Any = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="replace")  # a terminal without emoji is no reason to end
    return asyncio.run(run(read(sys.argv[1:])))


if __name__ == "__main__":
    sys.exit(main())
