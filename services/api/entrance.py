"""The way in to every route: who calls, how often, and what with; refusals are problems with a stable code."""

import math
import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from aiohttp import web
from pydantic import ValidationError

from services.api.fields import BAD_CURSOR
from services.api.queries import BadCursor
from services.api.route import Answer, Call, Nothing, Request, Route
from shared import cursor
from shared.auth import Credentials, Principal
from shared.body import read_body, read_json, refusal
from shared.broker.door import BrokerUnavailable
from shared.contract.ids import NUMBER_ID_PATTERN, NumberId
from shared.limits import Rates
from shared.peer import Peers
from shared.problem import ProblemError
from shared.process import now_ms
from shared.redis import is_outage
from shared.registry import NumberRecord, Registry

_NUMBER_ID = re.compile(NUMBER_ID_PATTERN)
BODY_BYTES_MAX = 1024 * 1024
SECRET_LENGTH_MAX = 512

Answering = Callable[[Call[Any, Any]], Awaitable[Answer]]


class Entrance:
    """Turns a declared route and its answer into what aiohttp serves."""

    def __init__(
        self,
        credentials: Credentials,
        registry: Registry,
        rates: Rates,
        peers: Peers,
        origin_allowed: Callable[[str], bool],
    ) -> None:
        self._origin_allowed = origin_allowed
        self._credentials = credentials
        self._registry = registry
        self._rates = rates
        self._peers = peers

    def served(self, route: Route, answering: Answering) -> web.RouteDef:
        """The route as aiohttp knows it."""

        async def handle(request: web.Request) -> web.StreamResponse:
            try:
                return _response(await answering(await self._call(route, request)))
            except (BadCursor, cursor.BadCursor):
                raise bad_cursor() from None
            except Exception as error:
                if isinstance(error, BrokerUnavailable) or is_outage(error):
                    raise try_again() from None
                raise

        return web.route(route.method, route.path, handle)

    async def _call(self, route: Route, request: web.Request) -> Call[Any, Any]:
        """The order matters: a stranger learns nothing, and an unknown number costs no body."""
        if route.access == "anyone":
            self._refuse_foreign_pages(request)
            signed_in = None
        else:
            signed_in = await self._admitted(request.headers, route)
        is_of_number = "number_id" in request.match_info
        number = await self._owned(signed_in, route, request) if signed_in and is_of_number else None
        return Call(
            path=request.match_info,
            query=_query(route, request),
            body=await _body(route, request),
            headers=request.headers,
            peer=self._peers.of(request.remote or "", ",".join(request.headers.getall("X-Forwarded-For", []))),
            signed_in=signed_in,
            owned=number,
        )

    def _refuse_foreign_pages(self, request: web.Request) -> None:
        """What needs no credential a page elsewhere could ask for without a preflight, in the name of its reader."""
        origin = request.headers.get("Origin")
        if origin is None or origin.partition("://")[2] == request.host or self._origin_allowed(origin):
            return
        raise ProblemError(403, "origin_not_allowed", "Set INBOX_ALLOWED_ORIGINS or INBOX_EXTENSION_IDS.")

    async def _admitted(self, headers: Mapping[str, str], route: Route) -> Principal:
        secret = bearer(headers)
        principal = await self._credentials.authenticate(secret) if secret else None
        if principal is None:
            raise unauthenticated(given=bool(secret))
        wait_s = self._rates.wait_s(principal.digest, now_ms())
        if wait_s > 0:
            raise too_many(wait_s, "Too many requests with this credential")
        if not may(principal, route):
            raise ProblemError(403, "scope", "This API token's scopes do not allow this")
        return principal

    async def _owned(self, principal: Principal, route: Route, request: web.Request) -> NumberRecord:
        number_id = request.match_info["number_id"]
        well_formed = _NUMBER_ID.fullmatch(number_id) is not None
        record = await self._registry.number(principal.workspace_id, NumberId(number_id)) if well_formed else None
        if record is None or (record.erasing is not None and not route.while_erasing):
            raise no_such_number()
        return record


def may(principal: Principal, route: Route) -> bool:
    """Whether this caller may use the route: a session all of them, a token what its scopes say."""
    if principal.kind == "session" or route.access == "signed_in":
        return True
    return route.access in principal.scopes


def bearer(headers: Mapping[str, str]) -> str | None:
    """The secret of the Authorization header, if it can be one of ours by its form."""
    scheme, _, secret = headers.get("Authorization", "").partition(" ")
    secret = secret.strip()
    fits = secret.isascii() and secret.isprintable() and 0 < len(secret) <= SECRET_LENGTH_MAX
    return secret if scheme.lower() == "bearer" and fits else None


def unauthenticated(*, given: bool) -> ProblemError:
    """Nobody we know."""
    challenge = 'Bearer error="invalid_token"' if given else "Bearer"
    detail = "Send `Authorization: Bearer` with a session's or an API token's secret; none, or an unknown one, was sent"
    return ProblemError(401, "unauthenticated", detail, headers={"WWW-Authenticate": challenge})


def too_many(wait_s: float, detail: str) -> ProblemError:
    """Somebody asks too often."""
    return ProblemError(429, "too_many_requests", detail, headers={"Retry-After": str(math.ceil(wait_s))})


def no_such_number() -> ProblemError:
    """Nobody's, another workspace's, or one of which all is being erased."""
    return ProblemError(404, "no_such_number", "This workspace has no such number")


def bad_cursor() -> ProblemError:
    """A cursor by its name, but none by its form."""
    return ProblemError(400, BAD_CURSOR, "This is not a cursor that this API gave")


def try_again() -> ProblemError:
    """Something behind us is away for the moment."""
    detail = "A part of the inbox is away for the moment; the same request is safe to repeat"
    return ProblemError(503, "try_again", detail, headers={"Retry-After": "1"})


def _query(route: Route, request: web.Request) -> Request:
    query: dict[str, Any] = {}
    for name, value in request.query.items():
        # Given twice, a parameter has no one meaning; every model refuses the list.
        query[name] = [query[name], value] if name in query else value
    try:
        return route.query.model_validate(query)
    except ValidationError as error:
        if any(found["type"] == BAD_CURSOR for found in error.errors(include_input=False)):
            raise bad_cursor() from None
        raise refusal(error) from None


async def _body(route: Route, request: web.Request) -> Request:
    if route.body is not Nothing:
        return await read_json(request, route.body, bytes_max=BODY_BYTES_MAX)
    if route.method != "GET" and (await read_body(request, BODY_BYTES_MAX)).strip() not in (b"", b"{}"):
        raise ProblemError(422, "invalid", "This request takes no body")
    return Nothing()


def _response(answer: Answer) -> web.Response:
    if answer.body is None:
        return web.Response(status=answer.code, headers=answer.headers)
    body = answer.body if isinstance(answer.body, bytes) else answer.body.json_bytes()
    return web.Response(status=answer.code, body=body, content_type="application/json", headers=answer.headers)
