"""How long a number keeps messages."""

import pytest

from services.api.projection import Fact
from services.api.retention import DAY_MS, is_faded, is_old, messages_of, oldest_ms
from services.api.thread import Known, ThreadRecord
from shared.contract.ids import NumberId, ThreadId, WorkspaceId
from shared.contract.status import Status
from shared.number_record import NumberRecord
from tests.telling import ANN, accepted, asked, came, identified, ms, reported

OLDEST = ms(10)


def test_for_so_many_days_or_for_ever() -> None:
    """A number that says nothing, or that nobody knows, keeps all there is."""
    record = NumberRecord(workspace_id=WorkspaceId("w"), number_id=NumberId("n"), connected=True)
    assert 0 == oldest_ms(record, ms(0))
    assert 0 == oldest_ms(None, ms(0))
    assert ms(0) - 30 * DAY_MS == oldest_ms(record.model_copy(update={"retention_days": 30}), ms(0))


@pytest.mark.parametrize(
    ("fact", "expected"),
    [
        (came(at=9), True),
        (came(at=10), False),
        (asked(at=9), True),
        (reported(Status.READ, at=9), True),
        (reported(Status.READ, at=10), False),  # it may be of what was sent since
        (identified(ANN, at=1), False),  # of somebody, not of a message
    ],
)
def test_a_message_is_old_by_when_it_was_said_and_a_report_by_its_own_time(fact: Fact, expected: bool) -> None:
    """What a report is about is older than the report."""
    assert expected == is_old(fact, OLDEST)
    assert not is_old(fact, 0)


def test_a_message_that_is_left_out_is_known_by_all_that_tells_of_it() -> None:
    """Our id and its wamid."""
    assert ["in"] == messages_of(came("in", at=1))
    told = accepted("out", at=1)
    assert {"out", told.message_id} == set(messages_of(told))


def test_a_conversation_fades_when_nothing_is_left_and_nobody_is_heard() -> None:
    """Whoever has just been named, without a message, is kept."""

    def record(own_ms: int, last_ms: int | None = None, name: str = "1") -> ThreadRecord:
        known = {name: Known(kind="wa_id", at_ms=own_ms, own_ms=own_ms)}
        return ThreadRecord(id=ThreadId("t"), since_ms=1, identifiers=known, last_activity_ms=last_ms)

    assert is_faded(record(5), 10)
    assert not is_faded(record(10), 10)
    assert not is_faded(record(5, last_ms=5), 10)
    assert not is_faded(record(5, name="#hash"), 10)
