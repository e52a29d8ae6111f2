"""What both ways in have in common: from a body that was read to whether it is believed, and what is noted of it."""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from services.ingest import metrics, signature
from services.ingest.oddities import Oddity
from services.ingest.sightings import Sightings
from services.ingest.signature import Admission
from services.ingest.webhook import Lines, Webhook
from services.ingest.witness import Witness
from shared.contract.events import Signature
from shared.contract.evidence import REFUSED, Seen
from shared.contract.ids import NumberId, WorkspaceId
from shared.number_record import NumberRecord
from shared.signature import Proof

NOTED_EVERY_S = 0.1  # what is noted meanwhile is mostly the same again and again
REMEMBERED_MAX = 1_000  # as many numbers' usual


class Verdict(NamedTuple):
    """Whether one body may speak; without an admission it is somebody else's."""

    received_ms: int
    admission: Admission | None
    seen: Mapping[NumberId, Seen]


@dataclass(frozen=True, slots=True, eq=False)
class About:
    """Whom a body was about and how it stood to them; that of a plain body is the same one as long as it is so."""

    workspace_id: WorkspaceId
    unsigned: bool
    seen: Mapping[NumberId, Seen]
    accounts: Mapping[NumberId, str]


class Note(NamedTuple):
    """What is worth noting of a body once the broker has it; the body itself need not be kept for so long."""

    about: About
    events: int
    oddities: Mapping[Oddity, int]


class Intake:
    """Decides by what it is given, and notes what came of it."""

    def __init__(self, sightings: Sightings, witness: Witness, now_ms: Callable[[], int]) -> None:
        self._sightings = sightings
        self._witness = witness
        self._now_ms = now_ms
        self._events = 0
        self._bodies: dict[About, int] = {}  # that nobody has been told of yet

    def judge(
        self,
        read: Webhook,
        records: Mapping[NumberId, NumberRecord],
        workspace: Iterable[NumberRecord] = (),
    ) -> Verdict:
        """Whether it may speak; `workspace` are all its numbers where a part names none."""
        received_ms = self._now_ms()
        proof = Proof(read.body, read.header)
        usual = signature.usual(proof, read.numbers, records, received_ms)
        if usual is not None:
            return Verdict(received_ms, *usual)
        admission = signature.admit(proof, read.numbers, records, workspace, received_ms)
        seen = signature.evidence(proof, records, received_ms)
        return Verdict(received_ms, admission, seen)

    def refused(self, workspace_id: WorkspaceId, verdict: Verdict) -> None:
        """Somebody has forged it."""
        metrics.REFUSED.inc()
        self.tell()  # first what came first
        refused = {number_id: seen for number_id, seen in verdict.seen.items() if seen.kind in REFUSED}
        self._witness.saw(workspace_id, refused)

    def taken(self, note: Note) -> None:
        """The broker has all of it; it is told of with the others of this moment."""
        if not self._bodies:
            asyncio.get_running_loop().call_later(NOTED_EVERY_S, self.tell)
        self._bodies[note.about] = self._bodies.get(note.about, 0) + 1
        self._events += note.events
        for kind, count in note.oddities.items():
            metrics.UNRECOGNISED.labels(kind).inc(count)

    def tell(self) -> None:
        """What has not been told."""
        bodies, self._bodies = self._bodies, {}
        metrics.EVENTS.inc(self._events)
        self._events = 0
        for about, count in bodies.items():
            self._sightings.saw(about.workspace_id, unsigned=count if about.unsigned else 0)
            self._witness.saw(about.workspace_id, about.seen, about.accounts)


def note_of(workspace_id: WorkspaceId, read: Webhook, admission: Admission, verdict: Verdict, told: Lines) -> Note:
    """From all that is known while the body is in hand."""
    plain = read.plain
    if plain is None:
        unsigned = "unsigned" in admission.signatures.values()
        about = About(workspace_id, unsigned, verdict.seen, read.accounts)
    else:
        number_id = plain.number_id
        signature, seen = admission.signatures[number_id], verdict.seen.get(number_id)
        about = _about(workspace_id, number_id, signature, seen, plain.account)
    return Note(about, told.events, told.oddities)


@lru_cache(REMEMBERED_MAX)
def _about(
    workspace_id: WorkspaceId, number_id: NumberId, signature: Signature, seen: Seen | None, account: str | None
) -> About:
    known = {} if seen is None else {number_id: seen}
    return About(workspace_id, signature == "unsigned", known, {} if account is None else {number_id: account})
