"""The facts of a backlog: messages of a thousand customers to one number, as ingest publishes them."""

from collections.abc import Iterator

from bench.webhooks import NUMBER_ID, STATUSES_PER_MESSAGE, body
from services.ingest import webhook
from services.ingest.signature import Admission
from shared.contract.ids import NumberId, WorkspaceId

_STEP = STATUSES_PER_MESSAGE + 1  # the serials of messages
_ADMITTED = Admission({NumberId(NUMBER_ID): "verified"}, frozenset())


def serials(first: int, count: int) -> range:
    """The serials of so many messages."""
    return range(first * _STEP, (first + count) * _STEP, _STEP)


def lines(
    workspace_id: WorkspaceId,
    wanted: range,
    received_ms: int,
    customers: int | None = None,
    first: int = 0,
    in_a_row: int = 1,
) -> Iterator[bytes]:
    """A line each; with `customers`, of so many in turn, beginning with the `first`, some of each in a row."""
    for place, serial in enumerate(wanted, first):
        content = body(serial, None if customers is None else place // in_a_row % customers)
        yield from webhook.read(content, None).lines(workspace_id, _ADMITTED, received_ms).lines
