"""Numbers of a workspace: connect, change, disconnect; every change is told to the other services."""

import secrets
from collections.abc import Callable
from typing import Any

from pydantic import Field

from services.api import credentials
from services.api.credentials import Connect, NumberPatch
from services.api.entrance import no_such_number
from services.api.erasing import Erasing
from services.api.queries import Queries
from services.api.route import Answer, Call, Nothing, Request, route
from shared.broker.door import Broker
from shared.broker.groupcommit import GroupCommit
from shared.contract import commands, events
from shared.contract.chat import Number, View
from shared.contract.erasure import Receipt
from shared.contract.ids import NumberId, WorkspaceId
from shared.graph import Graph, Lost, NotSent, Refused
from shared.problem import ProblemError
from shared.process import now_ms
from shared.registry import NumberRecord, Registry, TooManyNumbers
from shared.topology import COMMANDS

_GRAPH = {422: ("graph_refused",), 503: ("graph_unreachable",)}


class NumberList(View):
    """The numbers of a workspace."""

    numbers: list[Number]


class Leave(Request):
    """How much of a number goes."""

    erase: bool = Field(default=False, description="everything of the number: answers with a receipt, not with 204")


class Numbers:
    """Answers what concerns the settings of numbers."""

    def __init__(
        self,
        registry: Registry,
        queries: Queries,
        graph: Graph,
        broker: Broker,
        published: GroupCommit,
        erasing: Erasing,
    ) -> None:
        self._registry = registry
        self._queries = queries
        self._graph = graph
        self._broker = broker
        self._published = published
        self._erasing = erasing

    @route("GET", "/v1/numbers", summary="All numbers", access="read", answers={200: NumberList})
    async def list_numbers(self, call: Call[Nothing, Nothing]) -> Answer:
        """All at once: the registry bounds them."""
        records = await self._registry.numbers(call.caller.workspace_id)
        seen = [await self._queries.number(record) for record in records if record.erasing is None]
        return Answer(200, NumberList(numbers=seen))

    @route("GET", "/v1/numbers/{number_id}", summary="One number", access="read", answers={200: Number})
    async def get_number(self, call: Call[Nothing, Nothing]) -> Answer:
        """Its settings and how it is doing."""
        return Answer(200, await self._queries.number(call.number))

    @route(
        "POST",
        "/v1/numbers",
        summary="Connect a number (201), or replace the credentials of a connected one (200); Graph is asked first",
        access="session",
        body=Connect,
        answers={200: Number, 201: Number},
        refusals={409: ("too_many_numbers", "erasing"), **_GRAPH},
    )
    async def connect_number(self, call: Call[Nothing, Connect]) -> Answer:
        """One GET at Graph decides; what it refuses changes nothing."""
        asked, workspace_id = call.body, call.caller.workspace_id
        number_id = NumberId(asked.phone_number_id)
        facts = await self._facts(number_id, asked.access_token)
        erased_ms = await self._erasing.floor_ms((workspace_id, number_id))
        code = 200

        def connected(existing: NumberRecord | None) -> NumberRecord:
            nonlocal code
            if existing is not None and existing.erasing is not None:
                return existing
            code = 200 if existing is not None and existing.connected else 201
            record = existing or credentials.fresh(workspace_id, number_id, erased_ms)
            return credentials.connected(record, asked, facts, now_ms())

        record = await self._change(workspace_id, number_id, connected)
        if record.erasing is not None:
            await self._tell(record, new_token=False)  # again: the first telling may have been lost
            raise _erasing()
        await self._tell(record, new_token=True)
        return Answer(code, await self._queries.number(record))

    @route(
        "PATCH",
        "/v1/numbers/{number_id}",
        summary="Change a number; a new access token is checked at Graph first",
        access="session",
        body=NumberPatch,
        answers={200: Number},
        refusals={409: ("disconnected",), **_GRAPH},
    )
    async def patch_number(self, call: Call[Nothing, NumberPatch]) -> Answer:
        """What Graph refuses is not stored."""
        patch, number_id = call.body, call.number.number_id
        if patch.credentials_given and not call.number.connected:
            raise _disconnected()
        token = patch.access_token
        facts = await self._facts(number_id, token) if token is not None else {}

        def patched(existing: NumberRecord | None) -> NumberRecord:
            if existing is None or (patch.credentials_given and not existing.connected):
                raise _disconnected()  # by somebody else, meanwhile
            return credentials.patched(existing, patch, facts, now_ms())

        record = await self._change(call.number.workspace_id, number_id, patched)
        await self._tell(record, new_token=token is not None)
        return Answer(200, await self._queries.number(record))

    @route(
        "DELETE",
        "/v1/numbers/{number_id}",
        summary="Disconnect a number: its credentials are forgotten, its conversations stay (204); or erase all of it",
        access="session",
        query=Leave,
        answers={200: Receipt, 202: Receipt, 204: None},
        while_erasing=True,
    )
    async def disconnect_number(self, call: Call[Leave, Nothing]) -> Answer:
        """Once or again: the answer is the same, until all of it is erased and the number is not there."""
        if call.query.erase:
            return await self._erase(call.number.workspace_id, call.number.number_id)

        def disconnected(existing: NumberRecord | None) -> NumberRecord:
            if existing is None:
                raise no_such_number()
            return credentials.disconnected(existing)

        record = await self._change(call.number.workspace_id, call.number.number_id, disconnected)
        await self._tell(record, new_token=False)
        return Answer(204)

    async def _erase(self, workspace_id: WorkspaceId, number_id: NumberId) -> Answer:
        """From here on nobody sees it; a projector hears of it, and does the rest."""

        def erased(existing: NumberRecord | None) -> NumberRecord:
            if existing is None:
                raise no_such_number()
            return credentials.erasing(existing, secrets.token_hex(16), now_ms())

        record = await self._change(workspace_id, number_id, erased)
        await self._tell(record, new_token=False)
        return await self._erasing.number_erased(record)

    async def _facts(self, number_id: NumberId, token: str) -> dict[str, Any]:
        try:
            return await self._graph.number(number_id, token)
        except Refused as refused:
            detail = "Graph refused this access token for this number"
            raise ProblemError(422, "graph_refused", detail, graph_error=refused.error) from None
        except (NotSent, Lost):
            detail = "Graph does not answer; nothing was changed"
            raise ProblemError(503, "graph_unreachable", detail, headers={"Retry-After": "5"}) from None

    async def _change(
        self, workspace_id: WorkspaceId, number_id: NumberId, change: Callable[[NumberRecord | None], NumberRecord]
    ) -> NumberRecord:
        try:
            return await self._registry.change_number(workspace_id, number_id, change)
        except TooManyNumbers:
            raise ProblemError(409, "too_many_numbers", "This workspace holds as many numbers as it may") from None

    async def _tell(self, record: NumberRecord, *, new_token: bool) -> None:
        """Told after it is stored, so that who hears of it reads the new settings; a repeat repairs a lost telling."""
        at_ms = now_ms()
        changed = events.NumberChanged(workspace_id=record.workspace_id, number_id=record.number_id, received_ms=at_ms)
        await self._published.add([events.encode(changed)])
        if new_token:
            renewed = commands.CredentialsChanged(
                workspace_id=record.workspace_id,
                number_id=record.number_id,
                at_ms=at_ms,
                credential_version=record.credential_version,
            )
            await self._broker.publish(COMMANDS, commands.encode(renewed))


def _erasing() -> ProblemError:
    detail = "All of this number is being erased; connect it when that is done, in a minute"
    return ProblemError(409, "erasing", detail, headers={"Retry-After": "10"})


def _disconnected() -> ProblemError:
    return ProblemError(409, "disconnected", "This number is not connected: connect it with POST /v1/numbers")
