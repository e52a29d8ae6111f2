"""python -m simulator"""

import asyncio
import signal
import sys

from pydantic import ValidationError

from simulator.settings import Settings
from simulator.simulator import Simulator


async def run(settings: Settings) -> None:
    """Run until SIGINT or SIGTERM."""
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, stopped.set)
    async with Simulator(settings).running() as sim:
        sys.stdout.write(
            f"simulator ready on {sim.url} (seed {sim.parts.chance.seed}, number {settings.phone_number_id}); "
            f"Graph at {sim.url}/v25.0, admin at {sim.url}/simulator\n"
        )
        sys.stdout.flush()
        await stopped.wait()


def main() -> int:
    """Read the settings and run; one line names a setting that is wrong."""
    try:
        settings = Settings()
    except ValidationError as wrong:
        for error in wrong.errors(include_input=False):
            name = "SIMULATOR_" + "_".join(str(part) for part in error["loc"]).upper()
            sys.stderr.write(f"{name}: {error['msg']}\n")
        return 2
    try:
        import uvloop

        uvloop.run(run(settings))
    except ImportError:
        asyncio.run(run(settings))
    return 0


if __name__ == "__main__":
    sys.exit(main())
