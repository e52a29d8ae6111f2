"""A Graph with bad manners: what it is told, it tells again, in its errors, its pages and its redirects."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Literal

import aiohttp
from aiohttp import web

Manner = Literal["good", "refuse", "unknown code", "page", "redirect", "half"]


@dataclass
class Echo:
    """In front of the simulator; with good manners it passes on what is asked."""

    url: str = ""
    behind: str = ""
    manner: Manner = "good"
    asked: list[str] = field(default_factory=list)
    strayed: list[str] = field(default_factory=list)  # requests to where a redirect led

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Whatever the manner of the hour is."""
        body = (await request.read()).decode()
        told = f"{request.headers.get('Authorization')} {request.path_qs} {body}"
        self.asked.append(self.manner)
        match self.manner:
            case "good":
                return await self._passed_on(request, body)
            case "refuse":
                return web.json_response(_error(100, told), status=400)
            case "unknown code":
                return web.json_response(_error(987_654, told), status=400)
            case "page":
                return web.Response(status=502, text=f"<h1>{told}</h1>", content_type="text/html", reason="Echo")
            case "redirect":
                secret = request.headers.get("Authorization", "").removeprefix("Bearer ")
                return web.Response(status=307, headers={"Location": f"{self.url}/stray?access_token={secret}"})
            case "half":
                answer = web.StreamResponse(headers={"Content-Length": "100000"})
                await answer.prepare(request)
                await answer.write(told.encode())
                if request.transport is not None:
                    request.transport.abort()
                return answer

    async def stray(self, request: web.Request) -> web.Response:
        """Where nobody should come."""
        self.strayed.append(request.path_qs)
        return web.json_response({"id": "1"})

    async def _passed_on(self, request: web.Request, body: str) -> web.Response:
        headers = {name: request.headers[name] for name in ("Authorization", "Content-Type") if name in request.headers}
        url = f"{self.behind}{request.path_qs}"
        async with (
            aiohttp.ClientSession() as http,
            http.request(request.method, url, data=body or None, headers=headers) as answer,
        ):
            return web.Response(status=answer.status, body=await answer.read(), content_type=answer.content_type)


def _error(code: int, told: str) -> dict[str, object]:
    words = {"message": told, "error_user_title": told, "error_user_msg": told, "error_data": {"details": told}}
    return {"error": {**words, "code": code, "type": told, "fbtrace_id": told[:64]}}


@asynccontextmanager
async def echoing() -> AsyncIterator[Echo]:
    """Listening, until left."""
    echo = Echo()
    app = web.Application()
    app.router.add_route("*", "/stray", echo.stray)
    app.router.add_route("*", "/{rest:.*}", echo.answer)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        echo.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        yield echo
    finally:
        await runner.cleanup()
