"""Around every Graph call: who calls, what it costs in time, what goes wrong with the answer, and the ledger's line."""

import asyncio
import socket
import struct
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import orjson
from aiohttp import web

from simulator import errors
from simulator.chance import Chance
from simulator.clock import Clock
from simulator.errors import GraphError
from simulator.faults import Call, Fault, Faults
from simulator.identifiers import trace_id
from simulator.ledger import Ledger
from simulator.number import Number
from simulator.settings import Settings
from simulator.tokens import Token
from simulator.tuning import Tuning
from simulator.world import World

JSON = "application/json; charset=UTF-8"
HTML = (
    b"<!DOCTYPE html>\n<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>\n"
)
HANG_S = 30.0
# The header that says how much of a call budget is used, in per cent (graph-api/overview/rate-limiting).
_SPENT = '{"call_count":100,"total_cputime":12,"total_time":31}'
USAGE = {4: _SPENT, 80007: _SPENT}
Endpoint = Callable[[web.Request], Awaitable[Any]]


class Lost(Exception):
    """Leaves a call whose answer is to be spoiled; carries what the answer would have been."""

    def __init__(self, fault: Fault, body: dict[str, Any] | None) -> None:
        super().__init__(fault.kind)
        self.fault = fault
        self.body = body


@dataclass(slots=True)
class Calls:
    """What every endpoint shares."""

    world: World
    faults: Faults
    tuning: Tuning
    settings: Settings
    chance: Chance
    clock: Clock
    ledger: Ledger

    def endpoint(
        self, route: str, call: Call, answer: Endpoint
    ) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        """An endpoint as aiohttp wants it."""

        async def served(request: web.Request) -> web.StreamResponse:
            node = request.match_info.get("node", "")
            if self.faults and self.faults.take_reset(node):
                self._note(request, route, None, None, lost="reset")
                return cut(request, reset=True)
            if self.tuning.latency_s:
                await asyncio.sleep(self.tuning.latency_s)
            try:
                if call != "send" and self.faults:
                    await self._meet(call, node, request, answer)
                body = await answer(request)
            except GraphError as refused:
                self._note(request, route, refused.http_code, refused.code)
                answered = self.json(refused.body(trace_id(self.chance.ids)), refused.http_code)
                if refused.code in USAGE:
                    answered.headers["X-App-Usage"] = USAGE[refused.code]
                return answered
            except Lost as lost:
                self._note(request, route, None, None, lost=lost.fault.kind)
                return await self.spoiled(request, lost)
            except ConnectionError:
                # Whoever asks has gone before the question was whole: nothing was done, and nobody is left to be told.
                self._note(request, route, None, None, lost="asker")
                return cut(request)
            self._note(request, route, 200, None)
            return self.json(body)

        return served

    async def _meet(self, call: Call, node: str, request: web.Request, answer: Endpoint) -> None:
        """Faults of calls other than sends."""
        fault = self.faults.take(call, node)
        if fault is None:
            return
        if fault.kind == "delay":
            await asyncio.sleep(fault.delay_s)
        elif fault.kind in {"error", "late"}:
            raise errors.refusal(fault.code)
        else:
            raise Lost(fault, await answer(request) if fault.accepted else None)

    def _note(
        self, request: web.Request, route: str, http_code: int | None, graph_code: int | None, lost: str | None = None
    ) -> None:
        self.ledger.add(
            "call",
            method=request.method,
            route=route,
            node=request.match_info.get("node"),
            version=request.match_info.get("version"),
            fields=request.query.get("fields") if request.method == "GET" else None,
            http_code=http_code,
            graph_code=graph_code,
            lost=lost,
        )

    def json(self, body: Any, http_code: int = 200) -> web.Response:
        """An answer."""
        return web.Response(body=orjson.dumps(body), status=http_code, headers={"Content-Type": JSON})

    async def spoiled(self, request: web.Request, lost: Lost) -> web.StreamResponse:
        """What the caller gets instead of an answer."""
        whole = orjson.dumps(lost.body or {"messaging_product": "whatsapp", "contacts": [], "messages": []})
        match lost.fault.kind:
            case "html":
                return web.Response(body=HTML, status=lost.fault.http_code, content_type="text/html")
            case "garbage":
                return web.Response(body=b'{"messages": [', headers={"Content-Type": JSON})
            case "half":
                answer = web.StreamResponse(headers={"Content-Type": JSON, "Content-Length": str(len(whole))})
                await answer.prepare(request)
                await answer.write(whole[: len(whole) // 2])
                return cut(request, answer=answer)
            case "hang":
                await asyncio.sleep(min(lost.fault.delay_s or HANG_S, self.settings.hang_s_max))
        return cut(request)

    # Who calls

    def token(self, request: web.Request) -> Token:
        """The token of a call, by header or query (graph-api/overview)."""
        authorization = request.headers.get("Authorization", "")
        scheme, _, secret = authorization.partition(" ")
        if scheme.lower() not in {"bearer", "oauth"}:
            secret = request.query.get("access_token", "")
        if not secret:
            raise errors.missing_token()
        token = self.world.tokens.get(secret.strip())
        if token is None:
            raise errors.unreadable_token()
        if (code := token.refusal(self.clock.now())) is not None:
            raise errors.refusal(code)
        return token

    def number(self, request: web.Request, scope: str | None = None) -> Number:
        """The number of a call, if this token may see it, use it, and it is not refused on cue."""
        token = self.token(request)
        node = request.match_info["node"]
        number = self.world.numbers.get(node)
        if number is None or not token.sees(node):
            raise errors.unknown_node(node, request.method)
        if number.refused_code is not None:
            raise errors.refusal(number.refused_code)
        if scope is not None and scope not in token.scopes:
            raise GraphError(10, message="(#10) Application does not have permission for this action")
        return number


def cut(request: web.Request, reset: bool = False, answer: web.StreamResponse | None = None) -> web.StreamResponse:
    """End the connection here and now; with `reset` the other side gets an RST."""
    transport = request.transport
    if transport is not None:
        connection = transport.get_extra_info("socket")
        if reset and connection is not None:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            transport.abort()
        else:
            transport.close()
    return answer if answer is not None else web.Response(status=500)
