"""`python -m services.push`: feeds to WebSockets, as a process of its own."""

from services.push import app
from services.push.settings import PushSettings
from shared import garbage, process
from shared.headers import by_tls
from shared.http import application, listening
from shared.settings import load


async def main() -> None:
    """Serve until told to stop."""
    settings = load(PushSettings)
    garbage.sweep_seldom()
    async with process.ground(settings) as ground, app.serving(ground, settings) as routes:
        web = application(
            routes, ground.health, probes="open", cross_origin=settings, over_tls=by_tls(settings.public_url)
        )
        async with listening(web, settings.host, settings.port, reuse_port=settings.reuse_port):
            await ground.stopping.wait()


if __name__ == "__main__":
    process.run(main)
