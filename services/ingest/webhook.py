"""One body of Meta's from its bytes to the lines for the broker; pure, and so at home in a thread when it is large."""

import base64
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from services.ingest import document, payload, plain
from services.ingest.document import Fields, Malformed
from services.ingest.oddities import Oddity, oddity
from services.ingest.payload import NO_NUMBER, Change
from services.ingest.plain import Plain
from services.ingest.scene import Body
from services.ingest.signature import Admission
from services.ingest.translate import translate
from shared import tracing
from shared.contract import events
from shared.contract.events import AnyEvent, Event, EventsHeld
from shared.contract.ids import NumberId, WorkspaceId
from shared.graph_wiring import is_id
from shared.tracing import Place

# Each number costs a question to the registry; the largest workspace has as many.
NUMBERS_MAX = 1_000

# What is held travels with its whole body and is dropped as one when a bound of the parking is reached.
HELD_EVENTS_MAX = 5_000
HELD_BYTES_MAX = 4 * 1024 * 1024

_HEADER_LENGTH_MAX = 256  # a well-formed one has 71 characters


@dataclass(frozen=True, slots=True)
class Lines:
    """What goes to the broker, and what is worth counting of it."""

    lines: list[bytes]
    events: int
    oddities: dict[Oddity, int]
    places: Sequence[Place] = ()  # in traces


@dataclass(frozen=True, slots=True)
class Webhook:
    """A body that could be read, with the signature header as it came; a plain one has no changes."""

    body: bytes
    header: str | None
    changes: list[Change]
    numbers: frozenset[NumberId]
    plain: Plain | None = None

    @property
    def accounts(self) -> dict[NumberId, str]:
        """The account that Meta names for each number; the dashboard's tests name none that could be one."""
        if self.plain is not None:
            account = self.plain.account
            return {} if account is None else {self.plain.number_id: account}
        told = ((change.number_id, change.account_id) for change in self.changes)
        return {number_id: account for number_id, account in told if account is not None and is_id(account)}

    def lines(self, workspace_id: WorkspaceId, admission: Admission, received_ms: int) -> Lines:
        """Every event of the body; for numbers that are not connected one that holds theirs and what proves them."""
        if self.plain is not None:
            if admission.held:  # its events travel as one, and are wanted as such
                again = generally(document.read(self.body), self.body, self.header)
                return again.lines(workspace_id, admission, received_ms)
            signature = admission.signatures[self.plain.number_id]
            told_plainly = self.plain.lines(workspace_id, signature, received_ms)
            return Lines(told_plainly, len(told_plainly), {})
        shared = Body(workspace_id, received_ms)
        lines: list[bytes] = []
        count = 0
        odd: dict[Oddity, int] = {}
        held: dict[NumberId, list[Event]] = {}
        traced: list[Event] = []
        for change in self.changes:
            told = translate(change, admission.signatures[change.number_id], shared)
            count += len(told)
            if tracing.on:
                traced += told
            for event in told:
                kind = oddity(event)
                if kind is not None:
                    odd[kind] = odd.get(kind, 0) + 1
            if change.number_id in admission.held:
                held.setdefault(change.number_id, []).extend(told)
            else:
                lines += map(events.encode, told)
        if held:
            lines += self._held(held, admission)
        return Lines(lines, count, odd, tracing.places(traced) if tracing.on else ())

    def _held(self, held: dict[NumberId, list[Event]], admission: Admission) -> Iterator[bytes]:
        body = base64.b64encode(zlib.compress(self.body)).decode()
        header = _writable(self.header)
        for number_id, told in held.items():
            for part in _portions(told):
                first = part[0]
                yield events.encode(
                    EventsHeld(
                        workspace_id=first.workspace_id,
                        number_id=number_id,
                        received_ms=first.received_ms,
                        position=first.position,
                        signature=admission.signatures[number_id],
                        body=body,
                        header=header,
                        events=part,
                    )
                )


def read(body: bytes, header: str | None) -> Webhook:
    """The body, not yet believed; raises Malformed."""
    fields = document.read(body)
    found = None if tracing.on else plain.read(fields)  # traces are told of events
    if found is None:
        return generally(fields, body, header)
    return Webhook(body, header, [], frozenset((found.number_id,)), found)


def generally(fields: Fields, body: bytes, header: str | None) -> Webhook:
    """The same, be it plain or not."""
    changes = payload.changes(fields)
    # A body that tells nothing is about no number either, and must be signed as such.
    numbers = frozenset(change.number_id for change in changes) or frozenset((NO_NUMBER,))
    if len(numbers) > NUMBERS_MAX:
        raise Malformed("too many numbers")
    return Webhook(body, header, changes, numbers)


def _portions(told: list[Event]) -> Iterator[list[AnyEvent]]:
    part: list[AnyEvent] = []
    size = 0
    for event in told:
        length = len(events.encode(event)) if len(told) > 1 else 0
        if part and (size + length > HELD_BYTES_MAX or len(part) >= HELD_EVENTS_MAX):
            yield part
            part, size = [], 0
        part.append(event)  # type: ignore[arg-type]
        size += length
    if part:
        yield part


def _writable(header: str | None) -> str | None:
    # Headers are bytes of anybody's; what is no UTF-8 in them arrives as lone surrogates.
    return None if header is None else header[:_HEADER_LENGTH_MAX].encode(errors="replace").decode()
