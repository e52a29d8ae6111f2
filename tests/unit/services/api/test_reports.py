"""What is told of a number itself, as one write."""

from typing import Any

from services.api import reports
from services.api.numberstate import NumberStatus
from services.api.store import ChatStore, ChatStores, Write
from shared import redis
from shared.contract import events
from shared.number_record import NumberRecord
from tests.scenario import NUMBER, OWN, WORKSPACE, T
from tests.telling import came

STORE = ChatStore(ChatStores(redis.connect("redis://nowhere.invalid")), WORKSPACE, NUMBER)
RECORD = NumberRecord(workspace_id=WORKSPACE, number_id=NUMBER, connected=True)


def odd(raw: Any = "?", received_ms: int = T) -> events.PartUnrecognised:
    """A part that could not be read."""
    return events.PartUnrecognised(**OWN, received_ms=received_ms, field="messages", reason="type: missing", raw=raw)


def written(status: NumberStatus | None, kept: list[Any], *, changed: bool = False, known: bool = True) -> Write:
    """The write of these."""
    record = RECORD if known else None
    return reports.number_write(STORE, None, None, status, kept, record, changed, lambda _: "…")


def test_the_same_odd_part_is_the_same_member_whenever_it_comes() -> None:
    """Meta repeats a webhook for days; another part is another member."""
    assert reports.member(odd()) == reports.member(odd(received_ms=T + 99_999))
    assert reports.member(odd()) != reports.member(odd(raw="!"))


def test_an_odd_part_is_kept_within_bounds() -> None:
    """However large it came."""
    assert reports.KEPT_BYTES_MAX == len(reports.member(odd(raw="x" * 1_000_000)))


def test_nothing_new_is_no_status() -> None:
    """A second event of the same minute changes nothing."""
    first = reports.status_after(None, 0, [came()])
    assert first is not None

    assert None is reports.status_after(first.stored().encode(), 0, [came(), came("b", at=1)])
    assert None is reports.status_after(None, 0, [])


def test_the_count_of_odd_parts_is_of_those_kept() -> None:
    """Beyond the bound the oldest goes, so the count stays."""
    status = reports.status_after(None, reports.KEPT_MAX + 1, [])

    assert status is not None
    assert reports.KEPT_MAX == status.unrecognised


def test_a_number_is_told_when_it_changed_and_only_then() -> None:
    """Its settings or how it is doing; an account report alone is kept and not told."""
    report = events.AccountReported(**OWN, received_ms=T, field="account_update", value={"event": "VERIFIED"})

    assert 1 == len(written(NumberStatus(last_webhook_ms=T), []).changes)
    assert 1 == len(written(None, [], changed=True).changes)
    assert [] == written(None, [report]).changes
    assert [] == written(None, [], changed=True, known=False).changes


def test_what_is_kept_is_trimmed_with_the_same_write() -> None:
    """A list that nobody looks at does not grow for ever."""
    report = events.AccountReported(**OWN, received_ms=T, field="account_update", value={"event": "VERIFIED"})
    commands = written(None, [odd(), report]).commands

    assert ["ZADD", "ZREMRANGEBYRANK"] * 2 == [command[0] for command in commands]
    assert [STORE.key("unrecognised"), STORE.key("reports")] == [command[1] for command in commands[::2]]


def test_what_nobody_sees_is_no_change() -> None:
    """The hours of a number's habit are kept with its status, and shown to nobody."""
    write = written(NumberStatus(hours={2934: "f"}), [])

    assert [] == write.changes
    assert ["SET"] == [command[0] for command in write.commands]
