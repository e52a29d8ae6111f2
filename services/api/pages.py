"""The pages that people open: a sign at the door, and the API's documentation, served from here alone."""

import mimetypes
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import orjson
from aiohttp import web
from swagger_ui_bundle import swagger_ui_path

from shared.problem import ProblemError

_OURS = Path(__file__).parent / "static"
_FILES: Mapping[str, Path] = {
    **{name: _OURS / name for name in ("page.css", "docs.js")},
    **{name: Path(swagger_ui_path) / name for name in ("swagger-ui.css", "swagger-ui-bundle.js")},
}

# Nothing from elsewhere, nothing inline, no frame around it; Swagger UI draws its icons from data URLs.
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_FRESH = "no-cache"


def routes(description: Mapping[str, Any]) -> list[web.RouteDef]:
    """The pages and what they load; the description is encoded once."""
    described = orjson.dumps(description, option=orjson.OPT_INDENT_2)

    async def openapi(_: web.Request) -> web.Response:
        return web.Response(body=described, content_type="application/json", headers={"Cache-Control": _FRESH})

    async def index(_: web.Request) -> web.StreamResponse:
        return _file(_OURS / "index.html")

    async def docs(_: web.Request) -> web.StreamResponse:
        return _file(_OURS / "docs.html")

    async def static(request: web.Request) -> web.StreamResponse:
        path = _FILES.get(request.match_info["name"])
        if path is None:
            raise ProblemError(404)
        return _file(path)

    return [
        web.get("/", index),
        web.get("/docs", docs),
        web.get("/openapi.json", openapi),
        web.get("/static/{name}", static),
    ]


def _file(path: Path) -> web.FileResponse:
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    headers = {"Content-Type": kind, "Cache-Control": _FRESH, "Content-Security-Policy": _POLICY}
    return web.FileResponse(path, headers=headers)
