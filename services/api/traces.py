"""Whether something that is kept tells of an erased customer: by the names in it, hashed and compared. Pure."""

import base64
import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass

from pydantic import TypeAdapter, ValidationError

from services.api.facts import AnyFact
from services.api.projection import Fact, identifiers_of
from services.api.tombstones import Digest
from shared.contract.commands import Command
from shared.contract.events import EventsHeld

_WORD = re.compile(rb"[A-Za-z0-9._=+/-]{3,512}")
_DIGITS = re.compile(rb"[0-9]{5,20}")
_FACT: TypeAdapter[AnyFact] = TypeAdapter(AnyFact)


@dataclass(frozen=True)
class Traces:
    """Who was erased, and until when."""

    digest: Digest
    names: frozenset[str]
    at_ms: int

    def names_them(self, name: str) -> bool:
        """Whether this is one of their names."""
        return self.digest(name) in self.names

    def tells_of(self, fact: Fact) -> bool:
        """Whether a fact is about them, as far as it says whom it is about, and from before."""
        return moment_of(fact) <= self.at_ms and any(map(self.names_them, identifiers_of(fact)))

    def hashes_of(self, fact: Fact) -> list[str]:
        """Hashes of the messages that a fact is about; what a message answers is another one."""
        found = [getattr(fact, name, None) for name in ("wamid", "message_id", "target", "target_message_id")]
        return [self.digest(name) for name in found if isinstance(name, str)]

    def mentions(self, raw: bytes) -> bool:
        """Whether a text without a meaning to us has one of their names in it, anywhere."""
        return any(map(self.names_them, words(raw)))


def words(raw: bytes) -> Iterator[str]:
    """What might be a name: words, the numbers in them, and the phone that a wamid holds."""
    seen: set[str] = set()
    for match in _WORD.finditer(raw):
        word = match[0].decode()
        parts = [word, word.strip("+./=-"), *(number[0].decode() for number in _DIGITS.finditer(match[0]))]
        if word.startswith("wamid."):
            parts += inside(word)
        for part in parts:
            if part and part not in seen:
                seen.add(part)
                yield part


def inside(wamid: str) -> list[str]:
    """The numbers that are coded into a wamid: one of them is the contact's phone."""
    body = wamid.partition(".")[2].rstrip("=")
    try:
        raw = base64.b64decode(body + "=" * (-len(body) % 4), validate=True)
    except (binascii.Error, ValueError):
        return []
    return [number[0].decode() for number in _DIGITS.finditer(raw)]


def moment_of(fact: Fact) -> int:
    """When it was, as an erasure counts: what is from its moment or before it goes."""
    if isinstance(fact, Command):
        return fact.at_ms
    for name in ("sent_ms", "at_ms"):
        at_ms = getattr(fact, name, None)
        if isinstance(at_ms, int):
            return at_ms
    return fact.received_ms


def parsed(line: bytes) -> Fact | None:
    """The fact of a line, if it is one."""
    try:
        return _FACT.validate_json(line)
    except ValidationError:
        return None


def without(held: EventsHeld, traces: Traces, gone: set[str]) -> EventsHeld | None:
    """A held body without what tells of them; None when nothing else is in it.

    The body itself goes, for it has everything in it: whether Meta has signed the rest can then not be told any more.
    """
    rest = [
        event for event in held.events if not traces.tells_of(event) and not gone.intersection(traces.hashes_of(event))
    ]
    if not rest:
        return None
    return held.model_copy(update={"events": rest, "body": "", "header": None})
