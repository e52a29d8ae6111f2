"""What api and projector tell in traces: a click until it is published, and a batch until it is on disk."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from services.api.facts import Facts
from shared import topology, tracing
from shared.broker import Delivery
from shared.contract.commands import SendMessage
from shared.redaction import hashed
from shared.tracing import Context, Place

_MS = 1_000_000  # in nanoseconds


@contextmanager
def clicked(command: SendMessage, route: str, began_ns: int, *, is_first: bool) -> Iterator[None]:
    """The beginning of a message's trace; asked again, it is one more piece of the same."""
    beginning = tracing.beginning(command.workspace_id, command.number_id, command.message_id)
    work = tracing.begun_at((Place(beginning, None),), began_ns) if is_first else tracing.begun((beginning,), began_ns)
    facts: dict[str, str | int | float | bool] = {
        "http.request.method": "POST",
        "http.route": route,
        "inbox.number": hashed(command.number_id),
        "inbox.message": hashed(command.message_id),
        "inbox.content": command.content.type,
    }
    failure: str | None = None
    try:
        yield
        facts["http.response.status_code"] = 202
    except BaseException as error:
        failure = type(error).__name__
        raise
    finally:
        work.end("api", f"POST {route}", "server", facts, failure=failure)


def projected(deliveries: Sequence[Delivery], facts: Facts, began_ns: int, committed_ms: int) -> None:
    """A batch, in the trace of each of its messages: read, committed then, and now on disk."""
    carried = {found.trace_id: found for each in deliveries if (found := tracing.read(each.headers)) is not None}
    work = tracing.begun(_parents(facts, carried), began_ns)
    told = tracing.messaging("project", topology.PROJECTOR.name, **{"messaging.batch.message_count": len(deliveries)})
    count = sum(map(len, facts.by_number.values()))
    moment = ("committed", max(began_ns, committed_ms * _MS))
    work.end("projector", "project", "consumer", {**told, "inbox.facts": count}, moments=(moment,))


def _parents(facts: Facts, carried: dict[int, Context]) -> Iterator[Context]:
    """What each fact follows from: the publish that carried it, if that is in its trace, else what brought it to us."""
    for lines in facts.by_number.values():
        for _, fact in lines:
            place = tracing.place(fact)
            if place is not None:
                yield carried.get(place.context.trace_id, place.context)
    yield from carried.values()
