"""Ends of messages: stored first, then published, and published again for whoever asks again."""

from collections.abc import Callable

from services.sender import metrics, reports, spans
from services.sender.books import Books
from services.sender.claims import Claim, Final
from services.sender.verdict import own
from shared import tracing
from shared.broker import Retry
from shared.broker.groupcommit import GroupCommit
from shared.contract.commands import SendMessage
from shared.contract.errors import GraphError

AGAIN_S = 1.0  # when somebody else is about to end it


class Endings:
    """Ends that need no call, and the publishing of all."""

    def __init__(self, books: Books, published: GroupCommit, now_ms: Callable[[], int]) -> None:
        self._books = books
        self._published = published
        self._now_ms = now_ms

    async def publish(self, line: bytes) -> None:
        """Tell the projectors; BrokerUnavailable when that is not known to have arrived."""
        await self._published.add([line], spans.parents() if tracing.on else ())

    async def repeat(self, command: SendMessage, claim: Claim) -> None:
        """The message has ended before: the same end is told again, and nobody is called."""
        await self._books.lanes.leave(command)
        await self.publish(claim.event)

    async def expired(self, command: SendMessage) -> None:
        """Graph has not had it within its day."""
        error = own("expired", "The message was not handed to Graph within 24 hours")
        await self._conclude(command, "failed", reports.failed(command, error, self._now_ms()))

    async def unsendable(self, command: SendMessage) -> None:
        """There is nothing that could be sent to Graph for it."""
        error = own("cannot_send", "There is no request to Graph that says this")
        await self._conclude(command, "failed", reports.failed(command, error, self._now_ms()))

    async def interrupted(self, command: SendMessage, *, calling: bool) -> None:
        """Whoever called Graph for it has not lived to tell; without `calling` even the claim may be lost."""
        error: GraphError = own("interrupted", "The sender stopped while it was sending")
        line = reports.uncertain(command, error, self._now_ms())
        await self._conclude(command, "unknown", line, calling=calling)

    async def _conclude(self, command: SendMessage, state: Final, line: bytes, *, calling: bool = False) -> None:
        stands = await self._books.claims.conclude(command, state, line, calling=calling)
        if not stands:
            raise Retry(AGAIN_S)
        metrics.ends_of(state).inc()
        await self._books.lanes.leave(command)
        await self.publish(stands)
