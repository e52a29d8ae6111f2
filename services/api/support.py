"""What whoever looks into a message is told: what happened to it, without what it says and whom it is about."""

from services.api import timeline
from services.api.ledger import Entry, Ledger
from services.api.queries import Queries
from services.api.records import MessageRecord, Said
from services.api.retention import oldest_ms
from services.api.route import Answer, Call, Nothing, route
from services.api.timeline import Found
from shared import attempts, tracing
from shared.attempts import Tried
from shared.contract.content import OtherContent
from shared.contract.ids import MessageId
from shared.contract.status import Status
from shared.contract.timeline import Timeline
from shared.problem import ProblemError
from shared.process import now_ms
from shared.redis import Redis
from shared.tellings import Tellings


class Support:
    """Answers what became of one message."""

    def __init__(self, queries: Queries, ledger: Ledger, redis: Redis) -> None:
        self._queries = queries
        self._ledger = ledger
        self._redis = redis
        self._tellings = Tellings(redis)

    @route(
        "GET",
        "/v1/numbers/{number_id}/messages/{message_id}/timeline",
        summary="What happened to a message, step by step; without texts, names and phones",
        access="read",
        answers={200: Timeline},
        refusals={404: ("no_such_message",)},
    )
    async def get_timeline(self, call: Call[Nothing, Nothing]) -> Answer:
        """By our id or its wamid; also one that was asked for a moment ago and is not projected yet."""
        number, name = call.number, MessageId(call.path["message_id"])
        ids = (number.workspace_id, number.number_id)
        record = await self._queries.record(*ids, name)
        is_stored = record is not None
        if record is None:
            entry = await self._ledger.entry(*ids, name)
            if entry is None or entry.at_ms < oldest_ms(number, now_ms()):
                raise ProblemError(404, "no_such_message", "This number has no such message")
            record = _asked(name, entry)
        assert record.said is not None
        tried = Tried()
        if record.said.origin == "agent":
            tried = await attempts.tried(self._redis, *ids, record.id)
        found = Found(
            tried=tried,
            told=await self._tellings.of_message(*ids, record.id, timeline.wanted(record)) if is_stored else {},
            told_since_ms=await self._tellings.begin_ms(*ids),
        )
        told = timeline.timeline(number.number_id, record, found, now_ms(), is_stored=is_stored)
        return Answer(200, told.model_copy(update={"trace_id": tracing.trace_id(*ids, record.id)}))


def _asked(message_id: MessageId, entry: Entry) -> MessageRecord:
    """What was asked for, as far as it is known before the projector has come to it: not what it says."""
    words = OtherContent(type="unknown")
    said = Said(origin="agent", content=words, sent_ms=entry.at_ms, received_ms=entry.at_ms)
    return MessageRecord(id=message_id, said=said, statuses={Status.QUEUED: entry.at_ms})
