"""All paths below /simulator."""

from aiohttp import web

from simulator.admin import origins
from simulator.admin.doors import Answer, answered
from simulator.admin.levers import Levers
from simulator.admin.people import People
from simulator.admin.posting import Posting
from simulator.admin.watching import Watching
from simulator.controls import Controls


def routes(sim: Controls) -> list[web.RouteDef]:
    """Everything an admin can reach, and no page but our own."""
    found = [*People(sim).routes(), *Levers(sim).routes(), *Posting(sim).routes(), *Watching(sim).routes()]
    return [web.RouteDef(r.method, r.path, _guarded(r.handler, sim.settings.public_host), r.kwargs) for r in found]


def _guarded(answer: Answer, public_host: str | None) -> Answer:
    async def guard(request: web.Request) -> web.StreamResponse:
        refused = origins.refusal(request.method, request.headers, public_host)
        return await answer(request) if refused is None else answered({"error": refused}, 403)

    return guard
