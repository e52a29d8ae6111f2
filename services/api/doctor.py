"""The connect doctor: is each hop between Meta and a number fine, and if not, which screen puts it right."""

from services.api.case import Facts
from services.api.diagnosis import diagnose
from services.api.examination import Examiner
from services.api.hops import LastOfKind, NumberHealth
from services.api.queries import Queries
from services.api.route import Answer, Call, Nothing, route
from shared.evidence import EvidenceBook
from shared.process import now_ms
from shared.registry import Registry


class Doctor:
    """Answers how a number is connected."""

    def __init__(
        self, registry: Registry, evidence: EvidenceBook, queries: Queries, examiner: Examiner, public_url: str
    ) -> None:
        self._registry = registry
        self._evidence = evidence
        self._queries = queries
        self._examiner = examiner
        self._public_url = public_url.rstrip("/")

    @route(
        "GET",
        "/v1/numbers/{number_id}/health",
        summary="The connect doctor: each hop with ok, problem or unknown, and what to do; Graph is asked, but seldom",
        access="read",
        answers={200: NumberHealth},
    )
    async def get_health(self, call: Call[Nothing, Nothing]) -> Answer:
        """Graph's refusals and silence are findings, not errors."""
        record, workspace_id = call.number, call.number.workspace_id
        before = await self._evidence.read(workspace_id, record.number_id)
        examination = await self._examiner.examine(record, before.account_id)
        callback = await self._registry.callback(workspace_id)
        facts = Facts(
            record=record,
            number=await self._queries.number(record),
            callback=callback,
            callback_url=f"{self._public_url}/webhooks/{callback.key}",
            # Read again: somebody may have written while Graph was thinking.
            evidence=await self._evidence.read(workspace_id, record.number_id),
            examination=examination,
            now_ms=now_ms(),
        )
        hops = diagnose(facts)
        healthy = all(hop.state == "ok" for hop in hops)
        came = sorted(facts.evidence.came.items(), key=lambda pair: -pair[1])
        health = NumberHealth(
            number_id=record.number_id,
            checked_at=facts.now_ms,
            healthy=healthy,
            hops=hops,
            webhooks=[LastOfKind(kind=kind, at=at_ms) for kind, at_ms in came],
        )
        return Answer(200, health)
