"""The pages that people open, served from here alone: the inbox, and the API's documentation."""

import mimetypes
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import orjson
from aiohttp import web
from aiohttp.typedefs import Handler

_HERE = Path(__file__).parent / "static"
BUILT = Path(__file__).parents[2] / "web" / "dist"

# Nothing from elsewhere, nothing inline, no frame around it; pictures may be data, as the icons of Swagger UI are.
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "manifest-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": _POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
}
_FRESH = "no-cache"
_FOR_EVER = "public, max-age=31536000, immutable"  # the name of a built file changes with what is in it
_COMPRESSED = frozenset((".br", ".gz"))  # aiohttp hands them out in place of the file whose name they carry


def routes(description: Mapping[str, Any], built: Path = BUILT) -> list[web.RouteDef]:
    """The pages and what they load, each by its own name; the description is encoded once."""
    described = orjson.dumps(description, option=orjson.OPT_INDENT_2)

    async def openapi(_: web.Request) -> web.Response:
        return web.Response(body=described, content_type="application/json", headers={"Cache-Control": _FRESH})

    page = built / "page"
    index = page / "index.html"
    return [
        web.get("/openapi.json", openapi),
        web.get("/", _file(index if index.is_file() else _HERE / "unbuilt.html")),
        web.get("/docs", _file(_HERE / "docs.html")),
        *_folder("/static", _HERE, "*.css", "*.js"),
        *_folder("/static", built / "docs", "*.css", "*.js"),
        *_folder("", page, "*", "assets/*"),
    ]


def _folder(prefix: str, folder: Path, *patterns: str) -> list[web.RouteDef]:
    """A route for each file that is there now: no path of a request ever reaches the file system."""
    found = sorted(path for pattern in patterns for path in folder.glob(pattern))
    return [
        web.get(f"{prefix}/{path.relative_to(folder).as_posix()}", _file(path))
        for path in found
        if path.is_file() and path.suffix not in _COMPRESSED and path.name[0] != "."
    ]


def _file(path: Path) -> Handler:
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    kept = _FOR_EVER if path.parent.name == "assets" else _FRESH
    headers = {**_HEADERS, "Content-Type": kind, "Cache-Control": kept}

    async def answer(_: web.Request) -> web.FileResponse:
        return web.FileResponse(path, headers=headers)

    return answer
