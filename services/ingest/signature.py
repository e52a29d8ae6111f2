"""What a body's signature means for each number in it, or that the body is refused as a whole (CONTRACT, webhook)."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from services.ingest.payload import NO_NUMBER
from shared.contract.events import Signature
from shared.contract.evidence import Kind, Seen
from shared.contract.ids import NumberId
from shared.number_record import NumberRecord
from shared.signature import Proof

REMEMBERED_MAX = 1_000  # numbers of which the usual is said again and again


@dataclass(frozen=True, slots=True)
class Admission:
    """How sure we are of each number's part, and whose part is held back because the number is not connected."""

    signatures: Mapping[NumberId, Signature]
    held: frozenset[NumberId]


def admit(
    proof: Proof,
    numbers: Collection[NumberId],
    records: Mapping[NumberId, NumberRecord],
    workspace: Iterable[NumberRecord],
    now_ms: int,
) -> Admission | None:
    """None when somebody forged the body: one number with a secret that did not sign it speaks for all of it.

    `workspace` are all its numbers, asked for only where a part names no number: such a part must be signed by some
    secret of the workspace even beside numbers that need none, or naming an unknown number would open the door.
    """
    signatures: dict[NumberId, Signature] = {}
    held = set[NumberId]()
    for number_id in numbers:
        if number_id == NO_NUMBER:
            secrets = [secret for record in workspace for secret in record.secrets_at(now_ms)]
            signature: Signature = "unsigned"
        else:
            record = records.get(number_id)
            secrets = record.secrets_at(now_ms) if record else []
            signature = "unsigned"
            if record is None or not record.takes_events:
                held.add(number_id)
                signature = "unchecked"
        if secrets:
            if not proof.by_any(secrets):
                return None
            signature = "verified"
        signatures[number_id] = signature
    return Admission(signatures, frozenset(held))


def usual(
    proof: Proof, numbers: Collection[NumberId], records: Mapping[NumberId, NumberRecord], now_ms: int
) -> tuple[Admission, Mapping[NumberId, Seen]] | None:
    """What `admit` and `evidence` say of almost every body: one connected number, signed with its newest secret."""
    if len(numbers) != 1 or len(records) != 1:
        return None
    ((number_id, record),) = records.items()
    secrets = record.secrets_at(now_ms)
    if not secrets or not record.takes_events or not proof.by(secrets[0]):
        return None
    return _verified(number_id, record.app_secret_set_ms or 0)


@lru_cache(REMEMBERED_MAX)
def _verified(number_id: NumberId, secret_ms: int) -> tuple[Admission, Mapping[NumberId, Seen]]:
    return Admission({number_id: "verified"}, frozenset()), {number_id: Seen("verified", secret_ms)}


def evidence(proof: Proof, records: Mapping[NumberId, NumberRecord], now_ms: int) -> dict[NumberId, Seen]:
    """How the body stands to the app secret of each known number in it, admitted or not."""
    return {
        number_id: Seen(_kind(proof, record, now_ms), record.app_secret_set_ms or 0)
        for number_id, record in records.items()
    }


def _kind(proof: Proof, record: NumberRecord, now_ms: int) -> Kind:
    secrets = record.secrets_at(now_ms)
    if not secrets:
        return "unsigned" if record.takes_events else "unchecked"
    if proof.by_any(secrets[:1]):
        return "verified"
    if proof.by_any(secrets):
        return "superseded"
    return "mismatch" if proof.claims else "missing"
