"""GET and POST of a node by its id: a number, an account or a media file, whichever the id is."""

from typing import Any

import orjson
from aiohttp import web

from simulator import errors, number
from simulator.errors import GraphError
from simulator.graph.calls import Calls
from simulator.graph.overrides import Overrides
from simulator.number import Number
from simulator.shelf import Shelf


class Nodes:
    """What an id leads to."""

    def __init__(self, calls: Calls, shelf: Shelf, overrides: Overrides) -> None:
        self._calls = calls
        self._shelf = shelf
        self._overrides = overrides

    async def get(self, request: web.Request) -> dict[str, Any]:
        """The fields asked for, of a number, account or media file."""
        token = self._calls.token(request)
        node = request.match_info["node"]
        if node in self._calls.world.numbers:
            found = self._calls.number(request)
            fields = found.fields(self._overrides.urls(found), self._calls.settings.app_id)
            return selected(fields, request.query.get("fields"), "number")
        if media := self._shelf.get(node):
            asked_for = request.query.get("phone_number_id")
            if asked_for is not None and not token.sees(asked_for):
                raise errors.unknown_node(node, "get")
            return self._shelf.shown(media)
        if self._calls.world.has_account(node):
            fields = {"id": node, "name": "Simulated business", "currency": "EUR", "timezone_id": "1"}
            return selected(fields, request.query.get("fields"), "account")
        raise errors.unknown_node(node, "get")

    async def post(self, request: web.Request) -> dict[str, Any]:
        """Change a number: only its webhook override can be (webhooks/override)."""
        found = self._calls.number(request, "whatsapp_business_management")
        body = await json_body(request)
        override = body.get("webhook_configuration")
        if not isinstance(override, dict):
            raise GraphError(100, message="(#100) Param webhook_configuration is required.")
        await self._overrides.of_number(found, override)
        return {"success": True}

    async def delete(self, request: web.Request) -> dict[str, Any]:
        """Delete a media file."""
        self._calls.token(request)
        if not self._shelf.remove(request.match_info["node"]):
            raise errors.unknown_node(request.match_info["node"], "delete")
        return {"success": True}


def selected(fields: dict[str, Any], asked: str | None, kind: str) -> dict[str, Any]:
    """The fields asked for and the id; a name the node does not have is error 100, as it is at Graph."""
    if not asked:
        return {k: fields[k] for k in (*number.DEFAULT_FIELDS, "name", "currency", "timezone_id", "id") if k in fields}
    wanted = number.names(asked)
    for name in wanted:
        if name not in fields:
            node_type = "WhatsAppBusinessPhoneNumber" if kind == "number" else "WhatsAppBusinessAccount"
            words = f"(#100) Tried accessing nonexisting field ({name}) on node type ({node_type})"
            raise GraphError(100, message=words)
    return {**{name: fields[name] for name in wanted}, "id": fields["id"]}


async def json_body(request: web.Request) -> dict[str, Any]:
    """A body of JSON, a form, or nothing."""
    raw = await request.read()
    if not raw:
        return {}
    if request.content_type.startswith(("application/x-www-form-urlencoded", "multipart/")):
        return dict(await request.post())
    try:
        body = orjson.loads(raw)
    except orjson.JSONDecodeError:
        raise GraphError(100, message="(#100) The request body is not valid JSON.") from None
    if not isinstance(body, dict):
        raise GraphError(100, message="(#100) The request body must be a JSON object.")
    return body


def listed(numbers: list[Number], overrides: Overrides) -> list[dict[str, Any]]:
    """Numbers as an account lists them."""
    return [selected(n.fields(overrides.urls(n)), None, "number") for n in numbers]
