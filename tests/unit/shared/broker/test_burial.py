"""What is written on a dead letter and read back."""

from datetime import UTC, datetime

from shared.broker import DeadLetter
from shared.broker.burial import REASON_LENGTH_MAX, burial, dead_letter, own


def test_what_we_bury_is_read_back() -> None:
    """Reason, attempts and time are kept, and the delivery's own headers stay apart from them."""
    headers = {"hop": 2, **burial("sender", "unknown kind", 3, 1_700_000_000_000)}

    assert DeadLetter(b"x", {"hop": 2}, "unknown kind", 3, 1_700_000_000_000) == dead_letter(b"x", headers)


def test_what_rabbitmq_buries_says_so() -> None:
    """When its deliveries run out nobody of ours is there to write a reason."""
    died = datetime(2026, 1, 2, tzinfo=UTC)
    headers = {"hop": 2, "x-first-death-reason": "delivery_limit", "x-death": [{"time": died, "count": 1}]}

    letter = dead_letter(b"x", headers)

    assert DeadLetter(b"x", {"hop": 2}, "delivery_limit", 0, int(died.timestamp() * 1000)) == letter


def test_a_long_reason_is_cut() -> None:
    """Headers are kept in the broker's memory."""
    assert REASON_LENGTH_MAX == len(str(burial("sender", "x" * 10_000, 1, 0)["dead.reason"]))


def test_only_our_own_headers_are_handed_on() -> None:
    """A replayed or returned delivery looks like a new one."""
    assert {"hop": 1, "a": "b"} == own({"hop": 1, "a": "b", "x-delivery-count": 1, "dead.reason": "r", "odd": [1]})
