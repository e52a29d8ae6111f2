"""The simulator's own page: the files of simulator/page, with headers that let a browser run nothing else."""

from pathlib import Path

from aiohttp import web

FOLDER = Path(__file__).parent / "page"
# Named here rather than guessed, because the guess depends on the machine.
CONTENT_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    # Asked for again each time, and answered with 304: the page is always that of the running simulator.
    "Cache-Control": "no-cache",
}


def files() -> dict[str, Path]:
    """What may be served, by name; nothing else in the folder or outside of it can be asked for."""
    return {path.name: path for path in sorted(FOLDER.iterdir()) if path.suffix in CONTENT_TYPES}


def routes() -> list[web.RouteDef]:
    """The page at /, its files below /page."""
    known = files()

    async def page(_request: web.Request) -> web.StreamResponse:
        return served(known["index.html"])

    async def file(request: web.Request) -> web.StreamResponse:
        path = known.get(request.match_info["name"])
        if path is None:
            raise web.HTTPNotFound
        return served(path)

    return [web.get("/", page), web.get("/page/{name}", file)]


def served(path: Path) -> web.FileResponse:
    """A file with its type and the headers of all."""
    return web.FileResponse(path, headers={**HEADERS, "Content-Type": CONTENT_TYPES[path.suffix]})
