"""What is noted of a body, whichever way it came in."""

from collections.abc import Mapping
from typing import Any

import pytest
from prometheus_client import REGISTRY

from services.ingest import webhook
from services.ingest.intake import About, Intake, Note, note_of
from shared.contract.evidence import Seen
from shared.contract.ids import NumberId, WorkspaceId
from tests.payloads import bodies
from tests.real.waiting import until
from tests.unit.services.ingest.test_signature import NOW_MS, A, record

W = WorkspaceId("w")
BODY = bodies.dump(bodies.envelope(bodies.change(bodies.value(A, messages=[bodies.message("hello")]))))


class Noted:
    """Sightings and witness, as far as they listen."""

    def __init__(self) -> None:
        self.unsigned: list[int] = []
        self.seen: list[Mapping[NumberId, Seen]] = []

    def saw(self, _workspace_id: WorkspaceId, *told: Any, unsigned: int | None = None) -> None:
        """Either of them."""
        if unsigned is None:
            self.seen.append(told[0])
        else:
            self.unsigned.append(unsigned)


@pytest.mark.parametrize(("secrets", "kind", "unsigned"), [(("s",), "verified", False), ((), "unsigned", True)])
async def test_what_the_broker_has_is_counted_and_noted(secrets: tuple[str, ...], kind: str, *, unsigned: bool) -> None:
    """The events, whether anything was unsigned, and how each number stood."""
    noted = Noted()
    intake = Intake(noted, noted, lambda: NOW_MS)  # type: ignore[arg-type]
    read = webhook.read(BODY, bodies.signed(BODY, "s"))
    verdict = intake.judge(read, {A: record(A, *secrets)})
    assert verdict.admission is not None
    told = read.lines(W, verdict.admission, verdict.received_ms)
    before = REGISTRY.get_sample_value("inbox_ingest_events_total") or 0
    for _ in range(3):
        intake.taken(note_of(W, read, verdict.admission, verdict, told))
    assert ([], []) == (noted.unsigned, noted.seen)
    intake.tell()

    assert before + 3 * told.events == REGISTRY.get_sample_value("inbox_ingest_events_total")
    assert 3 * unsigned == sum(noted.unsigned)
    assert all({A: Seen(kind)} == seen for seen in noted.seen)  # type: ignore[arg-type]


async def test_it_is_told_soon_after() -> None:
    """Though nothing follows."""
    noted = Noted()
    intake = Intake(noted, noted, lambda: NOW_MS)  # type: ignore[arg-type]
    intake.taken(Note(About(W, False, {}, {}), 1, {}))
    await until(lambda: noted.unsigned)


async def test_what_is_the_same_of_many_bodies_is_told_once() -> None:
    """As of a busy number it is; what is forged meanwhile is told after what came before it."""
    noted = Noted()
    intake = Intake(noted, noted, lambda: NOW_MS)  # type: ignore[arg-type]
    for state in ("sent", "delivered", "read"):
        body = bodies.dump(bodies.envelope(bodies.change(bodies.value(A, statuses=[bodies.status("wamid.A", state)]))))
        read = webhook.read(body, bodies.signed(body, "s"))
        verdict = intake.judge(read, {A: record(A, "s")})
        assert verdict.admission is not None
        told = read.lines(W, verdict.admission, verdict.received_ms)
        intake.taken(note_of(W, read, verdict.admission, verdict, told))
    intake.refused(W, intake.judge(webhook.read(BODY, bodies.signed(BODY, "other")), {A: record(A, "s")}))

    assert ([0], [{A: Seen("verified")}, {A: Seen("mismatch")}]) == (noted.unsigned, noted.seen)


def test_what_somebody_forged_is_noted_of_those_it_was_forged_for() -> None:
    """The doctor shows it."""
    noted = Noted()
    intake = Intake(noted, noted, lambda: NOW_MS)  # type: ignore[arg-type]
    verdict = intake.judge(webhook.read(BODY, bodies.signed(BODY, "other")), {A: record(A, "s")})
    assert verdict.admission is None
    intake.refused(W, verdict)

    assert ([], [{A: Seen("mismatch")}]) == (noted.unsigned, noted.seen)
