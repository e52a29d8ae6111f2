"""`python -m services`: every process in one, on one port; it brings a store, a broker and a key where none is set."""

import asyncio
from contextlib import AsyncExitStack

from services.api import app as api
from services.api import projector
from services.api.projector import ProjectorSettings
from services.api.settings import ApiSettings
from services.ingest import app as ingest
from services.ingest.settings import IngestSettings
from services.push import app as push
from services.push.settings import PushSettings
from services.sender import worker
from services.sender.settings import SenderSettings
from shared import datafolder
from shared.headers import by_tls
from shared.http import application, listening
from shared.process import Ground, ground, run
from shared.settings import Settings, load

ASKED_EVERY_S = 0.05


async def main() -> None:
    """Open everything in order, serve until told to stop, close in reverse: requests first, the store last."""
    async with AsyncExitStack() as stack:
        given = await stack.enter_async_context(datafolder.opened())
        settings = load(Settings, **given)
        # All of them before anything runs, so that a malformed one is the only thing that is told.
        sending, projecting = load(SenderSettings, **given), load(ProjectorSettings, **given)
        receiving, pushing, answering = (
            load(IngestSettings, **given),
            load(PushSettings, **given),
            load(ApiSettings, **given),
        )
        base = await stack.enter_async_context(ground(settings))
        await stack.enter_async_context(worker.running(base, sending))
        await stack.enter_async_context(projector.running(base, projecting))
        # One origin: /webhooks/* is ingest's, /v1/live is push's, and the api has all that is left, so it comes last.
        routes = [
            *await stack.enter_async_context(ingest.serving(base, receiving)),
            *await stack.enter_async_context(push.serving(base, pushing)),
            *await stack.enter_async_context(api.serving(base, answering)),
        ]
        web = application(
            routes, base.health, probes="loopback", cross_origin=settings, over_tls=by_tls(settings.public_url)
        )
        port = await stack.enter_async_context(
            listening(web, settings.host, settings.port, reuse_port=settings.reuse_port)
        )
        await _began(base)
        if not base.stopping.is_set():
            print(f"Cloud Inbox: {settings.public_url} (listening on {settings.host}:{port})", flush=True)
        await base.stopping.wait()


async def _began(base: Ground) -> None:
    while not (base.health.began or base.stopping.is_set()):  # noqa: ASYNC110 (asked by others meanwhile)
        await asyncio.sleep(ASKED_EVERY_S)


if __name__ == "__main__":
    run(main)
