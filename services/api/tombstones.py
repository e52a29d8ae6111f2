"""What is left of an erased customer: keyed hashes of names, and the moment before which nothing is kept. Pure.

An erasure is one more thing to join: the latest moment wins, and whatever is from that moment or before it is left out
of the result, whichever of the two comes first. So erasing holds in any order and after any repeats.
"""

import hmac
from collections.abc import Callable

from services.api.thread import Known, ThreadRecord, join_known
from shared.contract.ids import NumberId
from shared.contract.order import received_of

HASHED = "#"  # begins a hash that stands where a name stood; no name of Meta's begins so
_LENGTH = 32

Digest = Callable[[str], str]


class NoKey(Exception):
    """Something of this number was erased, and nobody gave the key that its names are hashed with."""


def digester(key: bytes, number_id: NumberId) -> Digest:
    """Hashes names for one number: who has the hashes of two numbers cannot tell whether they share a customer."""

    def digest(name: str) -> str:
        if name.startswith(HASHED):
            return name
        return HASHED + hmac.digest(key, f"{number_id}\n{name}".encode(), "sha256").hex()[:_LENGTH]

    return digest


def is_hashed(name: str) -> bool:
    """Whether it stands for a name that has been erased."""
    return name.startswith(HASHED)


def forgetting(record: ThreadRecord, digest: Digest) -> ThreadRecord:
    """The record without what is from before its erasure; erased identifiers go on as hashes, and lead here."""
    until_ms = record.erased_ms
    identifiers: dict[str, Known] = {n: k for n, k in record.identifiers.items() if is_hashed(n)}
    for name, known in record.identifiers.items():
        if is_hashed(name):
            continue
        hashed = digest(name)
        both = join_known(known, identifiers[hashed]) if hashed in identifiers else known
        if known.own_ms > until_ms:
            identifiers[name] = both
            identifiers.setdefault(hashed, Known(kind="erased", at_ms=0))
        else:
            identifiers[hashed] = both
    told = {
        field: value if value is not None and value.own and value.at_ms > until_ms else None
        for field, value in (("name", record.name), ("username", record.username))
    }
    inbound_ms = record.last_inbound_ms
    return record.model_copy(
        update={
            **told,
            "identifiers": dict(sorted(identifiers.items())),
            "read_up_to": record.read_up_to if received_of(record.read_up_to) > until_ms else "",
            "read_ms": record.read_ms if record.read_ms > until_ms else 0,
            "unread_ms": record.unread_ms if record.unread_ms > until_ms else 0,
            "last_inbound_ms": inbound_ms if inbound_ms is not None and inbound_ms > until_ms else None,
        }
    )
