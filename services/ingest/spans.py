"""What ingest tells in traces: a webhook, from its bytes to the answer, in the trace of each message it is about."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from http import HTTPStatus

from services.ingest.webhook import Lines
from shared import tracing
from shared.contract.ids import NumberId
from shared.redaction import hashed
from shared.tracing import Context, Work

ROUTE = "/webhooks/{key}"

Answered = Callable[[int], None]


def begun(told: Lines, began_ns: int, numbers: frozenset[NumberId], size: int) -> tuple[Sequence[Context], Answered]:
    """A webhook that came then; what follows from it, and what to call with the status of its answer."""
    work = tracing.begun_at(told.places, began_ns)

    def answered(status: int) -> None:
        _tell(work, told, numbers, size, status)

    return work.contexts, answered


@contextmanager
def confirming(told: Lines, began_ns: int, numbers: frozenset[NumberId], size: int) -> Iterator[Sequence[Context]]:
    """The same while its events are published."""
    contexts, answered = begun(told, began_ns, numbers, size)
    try:
        yield contexts
    except BaseException:
        answered(HTTPStatus.SERVICE_UNAVAILABLE)
        raise
    answered(HTTPStatus.OK)


def _tell(work: Work, told: Lines, numbers: frozenset[NumberId], size: int, status: int) -> None:
    facts: dict[str, str | int | float | bool] = {
        "http.request.method": "POST",
        "http.route": ROUTE,
        "http.request.body.size": size,
        "http.response.status_code": int(status),
        "inbox.events": told.events,
    }
    if len(numbers) == 1:
        facts["inbox.number"] = hashed(next(iter(numbers)))
    failure = str(int(status)) if status >= HTTPStatus.INTERNAL_SERVER_ERROR else None
    work.end("ingest", f"POST {ROUTE}", "server", facts, failure=failure)
