"""What push tells in traces: changes on their way to everybody who follows a number, once for all sockets."""

from collections.abc import Iterator, Sequence

import orjson

from services.push.room import FeedName
from shared import tracing
from shared.contract.clock import milliseconds
from shared.feed_page import Page
from shared.tracing import Context

_MS = 1_000_000  # in nanoseconds


def shown(feed_name: FeedName, page: Page) -> None:
    """From the commit of the first of them until each socket's turn; by the clock of Redis, then by ours."""
    work = tracing.begun(_parents(feed_name, page.changes), page.since_ms * _MS)
    work.end("push", "push", "internal", {"inbox.changes": len(page.changes)})


def _parents(feed_name: FeedName, changes: Sequence[bytes]) -> Iterator[Context]:
    """What the messages among them began with."""
    for raw in changes:
        change = orjson.loads(raw)
        if change["kind"] == "message":
            message = change["value"]
            if message["origin"] == "agent":
                yield tracing.beginning(*feed_name, message["id"])
            else:
                yield tracing.arrival(*feed_name, message["id"], milliseconds(message["received_at"]))
