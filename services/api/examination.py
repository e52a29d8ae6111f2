"""What the connect doctor asks Graph: seldom, together with whoever else asks, and never for long."""

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, Self

import structlog

from services.api.case import Examination, is_about_fields
from shared.contract.ids import NumberId, WorkspaceId
from shared.graph import Graph, Lost, NotSent, Refused
from shared.graph_wiring import Wiring
from shared.limits import Rates
from shared.number_record import NumberRecord
from shared.process import now_ms
from shared.single_flight import SingleFlight

log = structlog.get_logger(__name__)

# For at most four calls, three of them side by side; whoever looks at the page has then waited long enough.
DEADLINE_S = 9.0
AT_ONCE_MAX = 32  # of one process; the others wait within their deadline
NUMBERS_MAX = 10_000  # remembered, about a kilobyte each; the one asked about longest ago is forgotten
# Meta allows 200 such calls an hour for an app and account (META 6): ten checks in a row while somebody repairs things,
# then one in a minute and a half, of four calls each. What was found last is shown meanwhile, with its time.
RATE_PER_S = 1 / 90
BURST = 10

Asked = tuple[int, str | None]  # credential version; the account, where webhooks have told it
_Name = tuple[WorkspaceId, NumberId]


@dataclass(frozen=True, slots=True)
class Secrets:
    """What Graph is asked with: the number's token, and the app secret where there is one."""

    token: str = field(repr=False)
    of_app: str | None = field(default=None, repr=False)

    @classmethod
    def of(cls, record: NumberRecord) -> Self:
        """Those in force."""
        assert record.access_token is not None
        app = next((one.secret for one in record.app_secrets if one.until_ms is None), None)
        return cls(record.access_token.get_secret_value(), app.get_secret_value() if app is not None else None)


@dataclass(frozen=True, slots=True)
class _Known:
    asked: Asked
    at_s: float
    examination: Examination


class Examiner:
    """Within `examining`; one check per number at a time."""

    def __init__(self, graph: Graph, remembered_s: float, deadline_s: float = DEADLINE_S) -> None:
        self._graph = graph
        self._remembered_s = remembered_s
        self._deadline_s = deadline_s
        self._rates = Rates(RATE_PER_S, BURST, NUMBERS_MAX)
        self._room = asyncio.Semaphore(AT_ONCE_MAX)
        self._known: OrderedDict[_Name, _Known] = OrderedDict()
        self._running = SingleFlight[tuple[_Name, Asked], Examination]()

    async def examine(self, record: NumberRecord, account_id: str | None) -> Examination | None:
        """What Graph says of a connected number; `account_id` is for when Graph does not tell it."""
        if record.access_token is None:
            return None
        name, asked = (record.workspace_id, record.number_id), (record.credential_version, account_id)
        if (name, asked) not in self._running:
            known = self._known.get(name)
            if known is not None and known.asked == asked and not self._may_ask(known, name):
                return known.examination
        return await self._running.join((name, asked), partial(self._ask, name, asked, Secrets.of(record)))

    async def close(self) -> None:
        """Nobody wants to know any more."""
        await self._running.close()

    def _may_ask(self, known: _Known, name: _Name) -> bool:
        if asyncio.get_running_loop().time() - known.at_s < self._remembered_s:
            return False
        return self._rates.wait_s("\n".join(name), now_ms()) == 0

    async def _ask(self, name: _Name, asked: Asked, secrets: Secrets) -> Examination:
        began_s = asyncio.get_running_loop().time()
        found = await self._examined(name[1], secrets, asked[1])
        ended_s = asyncio.get_running_loop().time()
        self._known[name] = _Known(asked, ended_s, found)
        self._known.move_to_end(name)
        if len(self._known) > NUMBERS_MAX:
            self._known.popitem(last=False)
        log.info("doctor.examined", took_ms=round((ended_s - began_s) * 1000), **_told(found))
        return found

    async def _examined(self, number_id: NumberId, secrets: Secrets, account_id: str | None) -> Examination:
        found = Examination(now_ms())
        try:
            async with asyncio.timeout(self._deadline_s), self._room:
                try:
                    wiring = await self._wiring(number_id, secrets.token)
                except Refused as refused:
                    return replace(found, refusal=refused.error)
                found = replace(found, wiring=wiring)
                asked = [self._token(secrets), self._fields(wiring.app_id, secrets)]
                asked.append(self._apps(wiring.account_id or account_id, secrets))
                # Whatever one of them does not learn is no matter of the others.
                for told in await asyncio.gather(*asked):
                    found = replace(found, **told)
        except (NotSent, Lost, TimeoutError):
            pass
        return found

    async def _apps(self, account_id: str | None, secrets: Secrets) -> dict[str, Any]:
        if account_id is None:
            return {}
        return await _told_as("apps", self._graph.subscribed_apps(account_id, secrets.token))

    async def _token(self, secrets: Secrets) -> dict[str, Any]:
        return await _told_as("token", self._graph.inspection(secrets.token))

    async def _fields(self, app_id: str | None, secrets: Secrets) -> dict[str, Any]:
        if app_id is None or secrets.of_app is None:
            return {}
        return await _told_as("fields", self._graph.app_fields(app_id, secrets.of_app))

    async def _wiring(self, number_id: NumberId, token: str) -> Wiring:
        try:
            return await self._graph.wiring(number_id, token)
        except Refused as refused:
            if not is_about_fields(refused.error):
                raise
        # What connecting asks for tells at least whether the token is good.
        await self._graph.number(number_id, token)
        return Wiring()


async def _told_as(name: str, question: Awaitable[Any]) -> dict[str, Any]:
    """What of an examination an answer is: a part, its refusal, or nothing."""
    try:
        return {name: await question}
    except Refused as refused:
        return {f"{name}_refusal": refused.error}
    except (NotSent, Lost):
        return {}


@asynccontextmanager
async def examining(graph: Graph, remembered_s: float) -> AsyncIterator[Examiner]:
    """An examiner, until left."""
    examiner = Examiner(graph, remembered_s)
    try:
        yield examiner
    finally:
        await examiner.close()


def _told(found: Examination) -> dict[str, int | str | bool | None]:
    refusal = found.refusal or found.apps_refusal
    return {
        "token_accepted": found.wiring is not None,
        "apps_count": None if found.apps is None else len(found.apps),
        "graph_code": refusal.code if refusal is not None else None,
    }
