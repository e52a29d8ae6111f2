"""`python -m services.sender`: commands to Graph, as a process of its own."""

from services.sender import worker
from services.sender.settings import SenderSettings
from shared import garbage, process
from shared.http import application, listening
from shared.settings import load


async def main() -> None:
    """Send until told to stop; the port is for health alone."""
    settings = load(SenderSettings)
    garbage.sweep_seldom()
    async with process.ground(settings) as ground, worker.running(ground, settings):
        web = application((), ground.health, probes="open")
        async with listening(web, settings.host, settings.port, reuse_port=settings.reuse_port):
            await ground.stopping.wait()


if __name__ == "__main__":
    process.run(main)
