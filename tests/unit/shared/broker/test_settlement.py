"""The decision about a delivery, as a table."""

import asyncio

import pytest
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import ResponseError

from shared.broker import BrokerUnavailable, Reject, Retry
from shared.broker.settlement import Acknowledge, Bury, Hold, Verdict, Wait, place, verdict

OUTAGES = [
    (BrokerUnavailable("away"), "BrokerUnavailable"),
    (RedisConnectionError(), "ConnectionError"),
    (ResponseError("OOM command not allowed"), "ResponseError"),
    (TimeoutError(), "TimeoutError"),
    (asyncio.CancelledError(), "CancelledError"),
    (ExceptionGroup("", [ValueError(), ExceptionGroup("", [ConnectionResetError()])]), "ConnectionResetError"),
]

OTHERS: list[tuple[BaseException | None, Verdict]] = [
    (None, Acknowledge()),
    (Retry(4.0, {"hop": 1}), Wait(4.0, {"hop": 1})),
    (Reject("unknown kind"), Bury("unknown kind")),
    (ExceptionGroup("", [Reject("one"), ValueError()]), Bury("one")),
    (ValueError("private"), Bury("ValueError")),
    (ResponseError("ERR script"), Bury("ResponseError")),
]


@pytest.mark.parametrize(("error", "name"), OUTAGES, ids=[name for _, name in OUTAGES])
def test_an_outage_holds(error: BaseException, name: str) -> None:
    """What may succeed later is held, also when other failures came with it."""
    assert Hold(name) == verdict(error)


@pytest.mark.parametrize(("error", "expected"), OTHERS, ids=[type(one).__name__ for _, one in OTHERS])
def test_everything_else_has_one_consequence(error: BaseException | None, expected: Verdict) -> None:
    """Done, waits, or becomes a dead letter; an unexpected error never tells its text."""
    assert expected == verdict(error)


def test_a_place_is_where_it_was_raised() -> None:
    """The file and the line, so that a person can find it; not the text, which may quote a message."""
    try:
        int("my card is 4111")
    except ValueError as error:
        told = place(error)

    assert told.startswith("ValueError at broker/test_settlement.py:")
    assert "4111" not in told
