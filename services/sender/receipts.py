"""Tells customers that their message was read: best effort, a few tries, harmless to repeat."""

from collections.abc import Callable

import structlog

from services.sender import metrics, request, verdict
from services.sender.books import Books
from services.sender.outcome import Outcome
from services.sender.refusal import sendable
from services.sender.schedule import expired
from services.sender.shares import Shares
from shared.broker import Delivery, Retry
from shared.contract.commands import MarkRead
from shared.graph import Graph, Lost, NotSent
from shared.registry import Registry
from shared.vault import VaultError

log = structlog.get_logger(__name__)

TRIES_MAX = 5
TRY = "receipt_try"  # the header that counts
AGAIN_S = (4.0, 16.0, 64.0, 256.0)  # about six minutes in all: a blue tick that comes later helps nobody


class Receipts:
    """Read receipts of numbers whose settings ask for them."""

    def __init__(
        self, registry: Registry, graph: Graph, books: Books, shares: Shares, now_ms: Callable[[], int]
    ) -> None:
        self._registry = registry
        self._graph = graph
        self._books = books
        self._shares = shares
        self._now_ms = now_ms

    async def tell(self, command: MarkRead, delivery: Delivery) -> None:
        """Return when Meta knows, or when it is not worth another try."""
        if not (command.tell_meta and command.wamid) or expired(command.at_ms, self._now_ms()):
            return
        token = await self._token(command)
        if token is None:
            return
        if not self._shares.has_room(command.number_id):
            raise Retry(1.0)
        async with self._shares.taken(command.number_id):
            outcome = await self._outcome(command, token)
        metrics.RECEIPTS.labels(outcome).inc()
        tried = int(delivery.headers.get(TRY, 0)) + 1
        log.info("receipt.attempted", number_id=command.number_id, attempt=tried, outcome=str(outcome))
        if outcome in (Outcome.THROTTLED, Outcome.TRANSIENT, Outcome.UNKNOWN) and tried < TRIES_MAX:
            raise Retry(AGAIN_S[tried - 1], {TRY: tried})

    async def _token(self, command: MarkRead) -> str | None:
        try:
            record = await self._registry.number(command.workspace_id, command.number_id)
        except VaultError:
            return None
        if record is None or not sendable(record) or record.access_token is None:
            return None
        refused = await self._books.parking.refused_version(command.workspace_id, command.number_id)
        return None if refused == record.credential_version else record.access_token.get_secret_value()

    async def _outcome(self, command: MarkRead, token: str) -> Outcome:
        try:
            answer = await self._graph.mark_read(command.number_id, token, request.read_receipt(command))
        except NotSent:
            return Outcome.TRANSIENT
        except Lost:
            return Outcome.UNKNOWN
        return Outcome.ACCEPTED if answer.success else verdict.answered(answer).outcome
