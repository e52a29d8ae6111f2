"""The only door to Meta's Graph API; every call ends in an answer, in "never left" or in "nobody knows"."""

import re
from collections.abc import Mapping
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote

import httpx
import orjson

from shared import metrics
from shared.contract.advice import explained, is_documented
from shared.contract.errors import GraphError
from shared.contract.ids import NUMBER_ID_PATTERN, NumberId
from shared.graph_answer import Answer, batched, read
from shared.graph_app import AppFields, Inspection, app_fields, inspection
from shared.graph_transport import CONNECTIONS_MAX, DEADLINE_S, Cut, Ready, Reply, Transport
from shared.graph_wiring import APPS_MAX, WIRING_FIELDS, App, Wiring, apps, wiring

# Only fields that every version in service knows: Graph refuses the whole call for one that it does not.
NUMBER_FIELDS = (
    "id",
    "display_phone_number",
    "verified_name",
    "quality_rating",
    "code_verification_status",
    "name_status",
    "platform_type",
    "throughput",
)

# What stands in a path; anything else might lead elsewhere, and `..` survives all quoting.
_NODE = re.compile(NUMBER_ID_PATTERN.strip("^$"), re.ASCII)
_OF_JSON = (("Accept-Encoding", "identity"), ("Content-Type", "application/json"))
_BAD_ID = GraphError(code="bad_id", message="This is no id that Graph could have given.")
_BAD_TOKEN = GraphError(code="bad_token", message="The access token holds characters that no token has.")


class NotSent(Exception):
    """The request surely never left: asking again cannot do anything twice."""


class Lost(Exception):
    """The request may have been carried out: nobody knows."""


class Refused(Exception):
    """Graph said no, in its own words."""

    def __init__(self, error: GraphError) -> None:
        super().__init__(f"Graph refused with code {error.code}")
        self.error = error


class Graph:
    """An async context: connections are kept while it is open."""

    def __init__(
        self, url: str, version: str, *, deadline_s: float = DEADLINE_S, connections_max: int = CONNECTIONS_MAX
    ) -> None:
        self._root = f"{url.rstrip('/')}/{quote(version)}"
        self._transport = Transport(deadline_s=deadline_s, connections_max=connections_max)
        # Without trust_env: a .netrc or a proxy variable must not see or replace a token.
        self._client = httpx.AsyncClient(transport=self._transport, trust_env=False, timeout=deadline_s)

    async def __aenter__(self) -> Self:
        """Open the connection pool."""
        await self._client.__aenter__()
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None = None,
        exc_value: BaseException | None = None,
        traceback: TracebackType | None = None,
    ) -> None:
        """Close every connection."""
        await self._client.__aexit__(exc_type, exc_value, traceback)

    async def send(
        self, number_id: NumberId, token: str, body: Mapping[str, Any], ready: Ready | None = None
    ) -> Answer:
        """Ask for one message, once; a 2xx without a wamid is `Lost`, because something was accepted.

        With a connection in hand it waits until `ready` returns, and leaves.
        """
        answer = await self._post("send", number_id, token, body, ready)
        if 200 <= answer.code < 300 and not answer.wamid and not answer.error:
            raise Lost("accepted without saying what")
        return answer

    async def mark_read(self, number_id: NumberId, token: str, body: Mapping[str, Any]) -> Answer:
        """Tell the contact that a message was read; harmless to repeat."""
        return await self._post("mark_read", number_id, token, body)

    async def number(self, number_id: NumberId, token: str) -> dict[str, Any]:
        """What Graph says of a number, by exactly one GET; Refused when the token or the id is no good."""
        return await self._get("number", number_id, f"?fields={','.join(NUMBER_FIELDS)}", token)

    async def wiring(self, number_id: NumberId, token: str) -> Wiring:
        """How the number is wired, by one GET; Refused also where a version does not know the fields."""
        return wiring(await self._get("wiring", number_id, f"?fields={','.join(WIRING_FIELDS)}", token))

    async def subscribed_apps(self, account_id: str, token: str) -> tuple[App, ...]:
        """Which apps get an account's webhooks, by one GET."""
        found = apps(await self._get("apps", account_id, f"/subscribed_apps?limit={APPS_MAX}", token))
        if found is None:
            raise Lost("an answer without a list")
        return found

    async def app_fields(self, app_id: str, app_secret: str) -> AppFields:
        """Which webhooks an app gets, by one GET that the app's own secret authorises."""
        found = app_fields(await self._get("fields", app_id, "/subscriptions", f"{app_id}|{app_secret}"))
        if found is None:
            raise Lost("an answer without a list")
        return found

    async def inspection(self, token: str) -> Inspection:
        """How long a token is good and what for, by one call: in a batch, or else the token would be in its URL."""
        if (unfit := _unfit("0", token)) is not None:
            raise Refused(explained(unfit))
        asked = [{"method": "GET", "relative_url": f"debug_token?input_token={quote(token, safe='')}"}]
        reply = await self._told("token", "", token, orjson.dumps({"batch": asked, "include_headers": False}))
        code, body = batched(reply.code, reply.body)
        answer = read(code, body)
        found = None if answer.error else inspection(_parsed(body) or {})
        _count("token", answer, understood=found is not None)
        if answer.error:
            raise Refused(explained(answer.error))
        if found is None:
            raise Lost(f"HTTP {code} without an inspection")
        return found

    async def _get(self, call: str, node: str, rest: str, token: str) -> dict[str, Any]:
        if (unfit := _unfit(node, token)) is not None:
            raise Refused(explained(unfit))
        response = await self._asked(call, node + rest, token)
        answer, document = read(response.status_code, response.content), _document(response)
        _count(call, answer, understood=document is not None)
        if answer.error:
            raise Refused(explained(answer.error))
        if 400 <= answer.code < 500:
            raise Refused(explained(GraphError(code=f"http_{answer.code}", message=f"HTTP {answer.code}")))
        if document is None:
            raise Lost(f"HTTP {answer.code} without a document")
        return document

    async def _post(
        self, call: str, number_id: NumberId, token: str, body: Mapping[str, Any], ready: Ready | None = None
    ) -> Answer:
        if (unfit := _unfit(number_id, token)) is not None:
            return Answer(401 if unfit is _BAD_TOKEN else 400, error=unfit)
        reply = await self._told(call, f"{number_id}/messages", token, orjson.dumps(body), ready)
        answer = read(reply.code, reply.body)
        _count(call, answer, understood=answer.wamid is not None or answer.success)
        return answer

    async def _asked(self, call: str, path: str, token: str) -> httpx.Response:
        headers = {"Authorization": f"Bearer {token}", "Accept-Encoding": "identity"}
        try:
            return await self._client.get(f"{self._root}/{path}", headers=headers)
        except httpx.ConnectError as error:
            metrics.graph_called(call, "never_left")
            raise NotSent(str(error)) from error
        except httpx.HTTPError as error:
            metrics.graph_called(call, "lost")
            raise Lost(str(error)) from error

    async def _told(self, call: str, path: str, token: str, content: bytes, ready: Ready | None = None) -> Reply:
        """Not through httpx's client: a thousand of these go in a second, and it takes more than all the rest."""
        headers = (("Authorization", f"Bearer {token}"), *_OF_JSON)
        try:
            return await self._transport.exchange("POST", f"{self._root}/{path}", headers, content, ready)
        except Cut as cut:
            metrics.graph_called(call, "lost" if cut.left else "never_left")
            raise (Lost if cut.left else NotSent)(str(cut)) from cut


def _count(call: str, answer: Answer, *, understood: bool) -> None:
    if answer.error:
        code = answer.error.code
        metrics.graph_called(call, "refused", str(code) if is_documented(code) else "other")
    elif understood and 200 <= answer.code < 300:
        metrics.graph_called(call, "ok")
    else:
        metrics.graph_called(call, "refused" if 400 <= answer.code < 500 else "lost", f"http_{answer.code}")


def _unfit(node: str, token: str) -> GraphError | None:
    if not (token and token.isascii() and token.isprintable()):
        return _BAD_TOKEN
    return None if _NODE.fullmatch(node) else _BAD_ID


def _document(response: httpx.Response) -> dict[str, Any] | None:
    return _parsed(response.content) if response.is_success else None


def _parsed(body: bytes) -> dict[str, Any] | None:
    try:
        document = orjson.loads(body)
    except ValueError:
        return None
    return document if isinstance(document, dict) else None


__all__ = ["NUMBER_FIELDS", "Answer", "Graph", "Lost", "NotSent", "Refused"]
