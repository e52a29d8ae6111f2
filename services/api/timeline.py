"""What happened to a message, told from what is stored of it; what nobody knows is said to be missing. Pure."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from services.api.records import MessageRecord, Said
from shared.attempts import KEPT_DAYS, Attempt, Tried, code_of, subcode_of, trace_of
from shared.contract.advice import explained
from shared.contract.errors import GraphError
from shared.contract.ids import NumberId
from shared.contract.status import Status
from shared.contract.timeline import GraphAnswer, Missing, Step, StepName, Timeline
from shared.redaction import hashed

Told = Callable[[dict[str, Any]], bool]  # whether a message, as browsers see it, shows something

# Whoever reads what our own sender tells reads our clock; `failed` may be told by either.
_OURS = frozenset((Status.ACCEPTED, Status.UNKNOWN))
_ENDS = (Status.ACCEPTED, Status.UNKNOWN, Status.SENT, Status.FAILED, Status.DELIVERED, Status.READ, Status.PLAYED)
_NEVER_TRIED = frozenset(("expired", "cannot_send"))  # ends that need no attempt


@dataclass(frozen=True, slots=True)
class Found:
    """What others keep of a message: the sender's attempts, and when the feed told what, since when it goes back."""

    tried: Tried = field(default_factory=Tried)
    told: Mapping[str, int] = field(default_factory=dict)
    told_since_ms: int | None = None


def wanted(record: MessageRecord) -> dict[str, tuple[int, Told]]:
    """What to look for in the feed: each with the moment before which it was not so."""
    said = record.said
    assert said is not None
    found: dict[str, tuple[int, Told]] = {"stored": (said.received_ms, lambda _: True)}
    for status, at_ms in record.statuses.items():
        if status is not Status.QUEUED:
            found[status] = (at_ms, _has_status(status))
    if record.edited is not None:
        found["edited"] = (record.edited.at_ms, lambda value: "edited_at" in value)
    if record.revoked_ms is not None:
        found["revoked"] = (record.revoked_ms, lambda value: "revoked_at" in value)
    return found


def timeline(number_id: NumberId, record: MessageRecord, found: Found, now_ms: int, *, is_stored: bool) -> Timeline:
    """The ledger of a message; one that is not stored yet was asked for and no more is known."""
    said = record.said
    assert said is not None
    steps = list(_agents(record, said, found) if said.origin == "agent" else _others(said, found))
    steps += _ends(record, said, found)
    return Timeline(
        reference=hashed(record.id),
        wamid_reference=hashed(record.wamid) if record.wamid and record.wamid != str(record.id) else None,
        number_id=number_id,
        direction="inbound" if said.origin == "customer" else "outbound",
        origin=said.origin,
        type=said.content.type,
        history=said.history or None,
        standby=said.standby or None,
        unsigned=said.signature != "verified" or None,
        steps=steps,
        missing=list(_missing(record, said, found, {step.name for step in steps}, is_stored=is_stored)),
        next_attempt_at=found.tried.again_ms if record.status is Status.QUEUED else None,
        attempts_kept_days=KEPT_DAYS,
        announcements_since=found.told_since_ms,
        made_at=now_ms,
    )


def _others(said: Said, found: Found) -> Iterator[Step]:
    """What was written elsewhere: on a customer's phone, or by the business past us."""
    yield Step(name="written", at=said.sent_ms, clock="meta")
    yield Step(name="received", at=said.received_ms, clock="inbox")
    stored_ms = found.told.get("stored")
    if stored_ms is not None:
        # Nothing reaches the projector before the broker has it.
        yield Step(name="confirmed", at=stored_ms, clock="inbox", at_latest=True)
        yield from _landed(stored_ms)


def _agents(record: MessageRecord, said: Said, found: Found) -> Iterator[Step]:
    """What was asked for here."""
    yield Step(name="clicked", at=said.received_ms, clock="inbox")
    stored_ms, attempts = found.told.get("stored"), found.tried.attempts
    signs = [stored_ms, *(each.claimed_ms for each in attempts), *(record.statuses.get(each) for each in _OURS)]
    by_ms = min((sign for sign in signs if sign is not None), default=None)
    if by_ms is not None:
        yield Step(name="published", at=by_ms, clock="inbox", at_latest=True)
    if stored_ms is not None:
        yield from _landed(stored_ms)
    for attempt in attempts:
        yield from _tried(attempt)


def _landed(at_ms: int) -> Iterator[Step]:
    """State and feed commit together."""
    yield Step(name="stored", at=at_ms, clock="inbox")
    yield Step(name="announced", at=at_ms, clock="inbox")


def _tried(attempt: Attempt) -> Iterator[Step]:
    if attempt.claimed_ms is not None:
        yield Step(name="claimed", at=attempt.claimed_ms, clock="inbox", attempt=attempt.number)
    if attempt.answered_ms is not None:
        answer = GraphAnswer(
            outcome=attempt.outcome,
            http_status=attempt.http_status,
            code=attempt.code,
            subcode=attempt.subcode,
            fbtrace_id=attempt.fbtrace_id,
            explanation=_explanation(attempt.code, attempt.subcode),
        )
        yield Step(name="answered", at=attempt.answered_ms, clock="inbox", attempt=attempt.number, answer=answer)


def _ends(record: MessageRecord, said: Said, found: Found) -> Iterator[Step]:
    """How far it has got, and what became of its words."""
    for status in _ENDS:
        if status not in record.statuses or said.origin == "customer":
            continue
        clock: Literal["meta", "inbox"] | None = "inbox" if status in _OURS else "meta"
        yield Step(
            name=status.value,
            at=record.statuses[status],
            clock=None if status is Status.FAILED else clock,
            answer=_refusal(record.errors.get(status)),
            announced_at=found.told.get(status),
        )
    moments = {"edited": record.edited.at_ms if record.edited else None, "revoked": record.revoked_ms}
    if moments["edited"] is not None:
        yield Step(name="edited", at=moments["edited"], clock="meta", announced_at=found.told.get("edited"))
    if moments["revoked"] is not None:
        yield Step(name="revoked", at=moments["revoked"], clock="meta", announced_at=found.told.get("revoked"))


def _refusal(error: GraphError | None) -> GraphAnswer | None:
    if error is None:
        return None
    code, subcode = code_of(error), subcode_of(error)
    return GraphAnswer(code=code, subcode=subcode, fbtrace_id=trace_of(error), explanation=_explanation(code, subcode))


def _missing(
    record: MessageRecord, said: Said, found: Found, known: set[StepName], *, is_stored: bool
) -> Iterator[Missing]:
    queued: StepName = "published" if said.origin == "agent" else "confirmed"
    if queued not in known:
        yield Missing(name=queued, reason="not_recorded" if is_stored else "not_seen_yet")
    for name in ("stored", "announced"):
        if name not in known:
            yield Missing(name=name, reason="not_kept" if is_stored else "not_seen_yet")
    if said.origin != "agent" or found.tried.attempts:
        return
    error = record.errors.get(Status.FAILED)
    if error is not None and error.code in _NEVER_TRIED:
        return
    waits = record.status is Status.QUEUED
    yield Missing(name="claimed", reason="not_seen_yet" if waits else "not_kept")


def _explanation(code: int | str | None, subcode: int | None) -> str | None:
    if code is None:
        return None
    return explained(GraphError(code=code, subcode=subcode, message="")).explanation


def _has_status(status: Status) -> Told:
    def is_told(value: dict[str, Any]) -> bool:
        return status.value in value.get("status_at", {})

    return is_told
