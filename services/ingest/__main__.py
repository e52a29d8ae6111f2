"""`python -m services.ingest`: Meta's webhooks in, as a process of its own."""

from contextlib import AsyncExitStack

from services.ingest import app
from services.ingest.settings import IngestSettings
from shared import garbage, process
from shared.headers import by_tls
from shared.http import application, listening
from shared.settings import load


async def main() -> None:
    """Serve until told to stop."""
    settings = load(IngestSettings)
    garbage.sweep_seldom()
    async with process.ground(settings) as ground, app.serving(ground, settings) as routes:
        web = application(routes, ground.health, probes="open", over_tls=by_tls(settings.public_url))
        async with AsyncExitStack() as open_ports:
            if settings.probe_port is not None:
                own = application((), ground.health, probes="open")
                await open_ports.enter_async_context(listening(own, settings.host, settings.probe_port))
            shared = listening(web, settings.host, settings.port, reuse_port=settings.reuse_port)
            await open_ports.enter_async_context(shared)
            await ground.stopping.wait()


if __name__ == "__main__":
    process.run(main)
