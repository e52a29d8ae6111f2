"""What the sender tells in traces: a delivery in hand, the claim, and the call to Graph with what it answered."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from services.sender.verdict import Verdict
from shared import topology, tracing
from shared.attempts import code_of
from shared.broker import Delivery, Retry
from shared.contract.commands import SendMessage
from shared.redaction import hashed
from shared.tracing import Context

_in_hand: ContextVar[tuple[Context, ...]] = ContextVar("in_hand", default=())  # of this delivery


def parents() -> tuple[Context, ...]:
    """What anything follows from that is done now for the delivery in hand."""
    return _in_hand.get()


@contextmanager
def handled(command: SendMessage, delivery: Delivery) -> Iterator[None]:
    """One delivery, until it has ended or goes back to wait."""
    beginning = tracing.beginning(command.workspace_id, command.number_id, command.message_id)
    work = tracing.begun((tracing.read(delivery.headers) or beginning,))
    facts = dict(tracing.messaging("send", topology.SENDER.name))
    facts |= {"inbox.number": hashed(command.number_id), "inbox.message": hashed(command.message_id)}
    failure: str | None = None
    token = _in_hand.set(tuple(work.contexts))
    try:
        yield
    except Retry as retry:
        facts["inbox.again_after_s"] = retry.after_s
        raise
    except BaseException as error:
        failure = type(error).__name__
        raise
    finally:
        _in_hand.reset(token)
        work.end("sender", "send", "consumer", facts, failure=failure)


def attempted(attempt: int, came: Verdict, began_ns: int, claimed_ns: int, took_s: float) -> None:
    """The claim and the call; between the two it waited for its slot and for a connection."""
    work = tracing.begun(parents(), began_ns)
    work.end("sender", "claim", "internal", {"inbox.attempt": attempt}, ended_ns=claimed_ns)
    work = tracing.begun(parents(), time.time_ns() - int(took_s * 1e9))
    facts: dict[str, str | int | float | bool] = {
        "http.request.method": "POST",
        "url.template": "/{version}/{number_id}/messages",
        "inbox.attempt": attempt,
        "inbox.outcome": str(came.outcome),
    }
    if came.http_status is not None:
        facts["http.response.status_code"] = came.http_status
    if (code := code_of(came.error)) is not None:
        facts["inbox.graph_code"] = str(code)
    failure = None if came.error is None else facts.get("inbox.graph_code", "other")
    work.end("sender", "POST Graph", "client", facts, failure=None if failure is None else str(failure))
