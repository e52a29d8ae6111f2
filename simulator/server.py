"""One aiohttp application: Graph's paths, the admin's under /simulator, and /livez."""

from typing import TYPE_CHECKING

from aiohttp import web

from simulator.admin.routes import routes
from simulator.graph.endpoints import PATHS, Answer

if TYPE_CHECKING:
    from simulator.simulator import Simulator

# Raw webhook bodies come through the admin API, so it takes more than Meta would ever send.
BODY_BYTES_MAX = 16 * 1024 * 1024


def application(sim: "Simulator") -> web.Application:
    """The application; endpoints are looked up per request because reset() makes new ones."""
    app = web.Application(client_max_size=BODY_BYTES_MAX)
    for method, path in PATHS:
        app.router.add_route(method, path, _current(sim, (method, path)))
    app.add_routes(routes(sim))
    app.router.add_get("/livez", _alive)
    app.router.add_get("/readyz", _alive)
    return app


def _current(sim: "Simulator", key: tuple[str, str]) -> Answer:
    async def answer(request: web.Request) -> web.StreamResponse:
        return await sim.graph[key](request)

    return answer


async def _alive(_request: web.Request) -> web.Response:
    return web.json_response({"status": "ok"})
