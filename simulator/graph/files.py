"""Upload and download of media (reference/media)."""

import hashlib
from typing import Any

from aiohttp import BodyPartReader, web

from simulator import errors
from simulator.clock import Clock
from simulator.errors import GraphError
from simulator.graph.calls import Calls
from simulator.shelf import Shelf


class Files:
    """The bytes behind media ids."""

    def __init__(self, calls: Calls, shelf: Shelf, clock: Clock) -> None:
        self._calls = calls
        self._shelf = shelf
        self._clock = clock

    async def upload(self, request: web.Request) -> dict[str, Any]:
        """A multipart form with messaging_product, type and file."""
        self._calls.number(request, "whatsapp_business_messaging")
        if not request.content_type.startswith("multipart/"):
            raise GraphError(100, message="(#100) The parameter file is required.")
        product, mime, body = "", "", None
        async for part in await request.multipart():
            if not isinstance(part, BodyPartReader):
                continue
            if part.name == "file":
                mime = mime or part.headers.get("Content-Type", "application/octet-stream")
                body = await self._read(part)
            elif part.name == "messaging_product":
                product = await part.text()
            elif part.name == "type":
                mime = await part.text()
        if product != "whatsapp":
            raise GraphError(100, message="(#100) The parameter messaging_product is required.")
        if body is None:
            raise GraphError(100, message="(#100) The parameter file is required.")
        return {"id": self._shelf.add(body, mime).id}

    async def _read(self, part: BodyPartReader) -> bytes:
        body = bytearray()
        while chunk := await part.read_chunk(65_536):
            body += chunk
            if len(body) > self._calls.settings.upload_bytes_max:
                raise GraphError(131053, "The file is too large.")
        return bytes(body)

    async def download(self, request: web.Request) -> web.StreamResponse:
        """The bytes, for five minutes and with the token; 404 when the URL is stale."""
        try:
            self._calls.token(request)
        except GraphError as refused:
            return self._calls.json(refused.body("A"), 401)
        media = self._shelf.get(request.match_info["node"])
        expires = request.query.get("ext", "0")
        if media is None or not expires.isdecimal() or int(expires) < self._clock.now():
            return self._calls.json(errors.unknown_node(request.match_info["node"], "get").body("A"), 404)
        etag = hashlib.sha256(media.body).hexdigest()[:16]
        return web.Response(body=media.body, headers={"Content-Type": media.mime, "ETag": f'"{etag}"'})
