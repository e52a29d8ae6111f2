"""What both ways in have in common: from a body that was read to whether it is believed, and what is noted of it."""

from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from services.ingest import metrics, signature
from services.ingest.oddities import Oddity
from services.ingest.sightings import Sightings
from services.ingest.signature import Admission
from services.ingest.webhook import Lines, Webhook
from services.ingest.witness import Witness
from shared.contract.evidence import REFUSED, Seen
from shared.contract.ids import NumberId, WorkspaceId
from shared.number_record import NumberRecord
from shared.signature import Proof


class Verdict(NamedTuple):
    """Whether one body may speak; without an admission it is somebody else's."""

    received_ms: int
    admission: Admission | None
    seen: Mapping[NumberId, Seen]


class Note(NamedTuple):
    """What is worth noting of a body once the broker has it; the body itself need not be kept for so long."""

    workspace_id: WorkspaceId
    unsigned: bool
    seen: Mapping[NumberId, Seen]
    accounts: Mapping[NumberId, str]
    events: int
    oddities: Mapping[Oddity, int]


class Intake:
    """Decides by what it is given, and notes what came of it."""

    def __init__(self, sightings: Sightings, witness: Witness, now_ms: Callable[[], int]) -> None:
        self._sightings = sightings
        self._witness = witness
        self._now_ms = now_ms

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
        refused = {number_id: seen for number_id, seen in verdict.seen.items() if seen.kind in REFUSED}
        self._witness.saw(workspace_id, refused)

    def taken(self, note: Note) -> None:
        """The broker has all of it."""
        metrics.EVENTS.inc(note.events)
        for kind, count in note.oddities.items():
            metrics.UNRECOGNISED.labels(kind).inc(count)
        self._sightings.saw(note.workspace_id, unsigned=note.unsigned)
        self._witness.saw(note.workspace_id, note.seen, note.accounts)


def note_of(workspace_id: WorkspaceId, read: Webhook, admission: Admission, verdict: Verdict, told: Lines) -> Note:
    """From all that is known while the body is in hand."""
    unsigned = "unsigned" in admission.signatures.values()
    return Note(workspace_id, unsigned, verdict.seen, read.accounts, told.events, told.oddities)
