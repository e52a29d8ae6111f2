"""One call to Graph: claimed before it, judged after it, and what follows from that."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from typing import Any, NoReturn

import structlog

from services.sender import metrics, reports, spans, verdict
from services.sender.books import Books
from services.sender.claims import Final, Taken
from services.sender.endings import Endings
from services.sender.gate import Gate
from services.sender.outcome import PAIR_LIMIT, Outcome
from services.sender.refusal import Refusal
from services.sender.schedule import HOLD_S, retry_after_s
from services.sender.verdict import Verdict
from shared import tracing
from shared.broker import Retry
from shared.broker.backoff import delays_s
from shared.contract.commands import SendMessage
from shared.graph import Graph, Lost, NotSent
from shared.redis import is_outage
from shared.registry import NumberRecord

log = structlog.get_logger(__name__)

NOT_BEFORE = "not_before"  # the header that says when a delivery is worth looking at, in milliseconds since 1970


class Attempts:
    """Calls Graph at most once for each claim."""

    def __init__(
        self,
        graph: Graph,
        books: Books,
        endings: Endings,
        refusal: Refusal,
        gate: Gate,
        stopping: asyncio.Event,
        now_ms: Callable[[], int],
    ) -> None:
        self._graph = graph
        self._gate = gate
        self._books = books
        self._endings = endings
        self._refusal = refusal
        self._stopping = stopping
        self._now_ms = now_ms

    async def make(
        self, command: SendMessage, raw: bytes, body: dict[str, Any], record: NumberRecord, due_s: float = 0.0
    ) -> None:
        """Call when it is due, store what came of it, tell it; Retry when there is to be another attempt."""
        if command.at_ms <= record.erased_ms:  # the number is another one since, and knows of no such message
            return await self._books.lanes.leave(command)
        began_ns = time.time_ns() if tracing.on else 0
        taken = await self._books.claims.take(command)
        if taken is None:
            raise Retry(1.0)
        claimed_ns = time.time_ns() if began_ns else 0
        came, took_s = await self._called(command, body, record, due_s)
        if began_ns:
            spans.attempted(taken.attempt, came, began_ns, claimed_ns, took_s)
        metrics.attempts_of(came.outcome).inc()
        metrics.CALL_S.observe(took_s)
        retry_in_s = None
        if came.outcome in (Outcome.THROTTLED, Outcome.TRANSIENT):
            chance = random.random()  # noqa: S311 (spread, not secrecy)
            retry_in_s = round(retry_after_s(came.outcome, came.code, taken.attempt, chance), 3)
        log.info(
            "send.attempted",
            workspace_id=command.workspace_id,
            number_id=command.number_id,
            message_id=command.message_id,
            attempt=taken.attempt,
            outcome=str(came.outcome),
            graph_code=came.code,
            took_ms=round(took_s * 1000),
            waited_ms=self._now_ms() - command.at_ms,
            retry_in_s=retry_in_s,
        )
        await self._follow(command, raw, record, taken, came, retry_in_s)

    async def _called(
        self, command: SendMessage, body: dict[str, Any], record: NumberRecord, due_s: float
    ) -> tuple[Verdict, float]:
        """What came of it, and how long Graph took."""
        assert record.access_token is not None
        loop = asyncio.get_running_loop()
        began_s = loop.time()

        async def ready() -> None:
            # The claim is taken and the connection opened while it waits for its slot, some hundredths of a second.
            await self._gate.passed(command.number_id, due_s)
            nonlocal began_s
            began_s = loop.time()

        try:
            token = record.access_token.get_secret_value()
            came = verdict.answered(await self._graph.send(command.number_id, token, body, ready))
        except NotSent:
            came = verdict.never_left()
        except Lost:
            came = verdict.lost()
        except Exception:
            # Whatever it was, it was not before the claim: nobody can say that nothing left.
            log.exception("send.broken")
            came = verdict.lost()
        return came, loop.time() - began_s

    async def _follow(
        self,
        command: SendMessage,
        raw: bytes,
        record: NumberRecord,
        taken: Taken,
        came: Verdict,
        retry_in_s: float | None,
    ) -> None:
        now = self._now_ms()
        match came:
            case Verdict(outcome=Outcome.ACCEPTED, wamid=wamid) if wamid is not None:
                await self._end(command, taken, "accepted", reports.accepted(command, came, wamid, now), came.line)
            case Verdict(outcome=Outcome.PERMANENT, error=error) if error is not None:
                await self._end(command, taken, "failed", reports.failed(command, error, now), came.line)
            case Verdict(outcome=Outcome.PARKED, error=error) if error is not None:
                await self._stored(lambda: self._books.claims.refuse(command, taken, 0.0, came.line))
                await self._refusal.by_graph(command, raw, record.credential_version, error)
            case Verdict(outcome=Outcome.THROTTLED | Outcome.TRANSIENT) if retry_in_s is not None:
                await self._stored(lambda: self._books.claims.refuse(command, taken, retry_in_s, came.line))
                if came.outcome is Outcome.THROTTLED and came.code != PAIR_LIMIT:
                    await self._books.pace.hold(command.number_id, HOLD_S)
                await self._again(command, retry_in_s)
            case _:
                await self._end(command, taken, "unknown", reports.uncertain(command, came.error, now), came.line)

    async def _end(self, command: SendMessage, taken: Taken, state: Final, line: bytes, answer: str) -> None:
        await self._stored(lambda: self._books.claims.settle(command, taken, state, line, answer))
        self._books.lanes.wake(command)
        metrics.ends_of(state).inc()
        if state == "accepted":
            metrics.LAG_S.observe(max(0, self._now_ms() - command.at_ms) / 1000)
        await self._endings.publish(line)

    async def _again(self, command: SendMessage, after_s: float) -> NoReturn:
        await self._books.lanes.touch(command, after_s)
        raise Retry(after_s, {NOT_BEFORE: self._now_ms() + int(after_s * 1000)})

    async def _stored(self, store: Callable[[], Awaitable[None]]) -> None:
        """Through an outage: what we have just learned is nowhere else, and without it the outcome is unknown."""
        waits_s = None
        while True:
            try:
                return await store()
            except Exception as error:
                if not is_outage(error) or self._stopping.is_set():
                    raise
                log.warning("send.unstored", error=type(error).__name__)
            waits_s = waits_s or delays_s()
            await asyncio.sleep(next(waits_s))
