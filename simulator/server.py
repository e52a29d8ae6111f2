"""One aiohttp application: Graph's paths, the admin's under /simulator, the page at /, and /livez."""

from collections.abc import Callable, Mapping

from aiohttp import web

from simulator import site
from simulator.admin.routes import routes
from simulator.controls import Controls
from simulator.graph.endpoints import PATHS, Answer

# Raw webhook bodies come through the admin API, so it takes more than Meta would ever send.
BODY_BYTES_MAX = 16 * 1024 * 1024
Key = tuple[str, str]
Endpoints = Callable[[], Mapping[Key, Answer]]


def application(sim: Controls, graph: Endpoints) -> web.Application:
    """The application; endpoints are looked up per request because reset() makes new ones."""
    app = web.Application(client_max_size=BODY_BYTES_MAX)
    for method, path in PATHS:
        app.router.add_route(method, path, _current(graph, (method, path)))
    app.add_routes(routes(sim))
    app.add_routes(site.routes())
    app.router.add_get("/livez", _alive)
    app.router.add_get("/readyz", _alive)
    return app


def _current(graph: Endpoints, key: Key) -> Answer:
    async def answer(request: web.Request) -> web.StreamResponse:
        return await graph()[key](request)

    return answer


async def _alive(_request: web.Request) -> web.Response:
    return web.json_response({"status": "ok"})
