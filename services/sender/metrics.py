"""What the sender counts."""

from functools import cache
from typing import get_args

from prometheus_client import Counter, Histogram

from services.sender.claims import Final
from shared.metrics import LAG_BUCKETS_S, begin_at_zero

ATTEMPTS = Counter("inbox_send_attempts", "Attempts to hand a message to Graph, by what came of them.", ("outcome",))
ENDS = Counter("inbox_send_ends", "Messages that need no further attempt, by how they ended.", ("end",))
CALL_S = Histogram(
    "inbox_graph_call_seconds",
    "From the claim to Graph's answer.",
    buckets=(0.025, 0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 10.0),
)
LAG_S = Histogram(
    "inbox_send_lag_seconds",
    "From the click until Graph has accepted the message, whatever it waited for.",
    buckets=LAG_BUCKETS_S,
)
PARKED = Counter("inbox_send_parked", "Sends put aside until their number has other credentials.")
RECEIPTS = Counter("inbox_read_receipts", "Read receipts, by what came of them.", ("outcome",))

begin_at_zero(ENDS, *get_args(Final))


@cache  # of six outcomes
def attempts_of(outcome: str) -> Counter:
    """The counter of attempts that came to this: to look it up costs as much as to count."""
    return ATTEMPTS.labels(outcome)


@cache  # of three ends
def ends_of(end: Final) -> Counter:
    """The same of messages."""
    return ENDS.labels(end)
