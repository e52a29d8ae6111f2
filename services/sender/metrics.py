"""What the sender counts."""

from prometheus_client import Counter, Histogram

ATTEMPTS = Counter("inbox_send_attempts", "Attempts to hand a message to Graph, by what came of them.", ("outcome",))
ENDS = Counter("inbox_send_ends", "Messages that need no further attempt, by how they ended.", ("end",))
CALL_S = Histogram(
    "inbox_graph_call_seconds",
    "From the claim to Graph's answer.",
    buckets=(0.025, 0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 10.0),
)
PARKED = Counter("inbox_send_parked", "Sends put aside until their number has other credentials.")
RECEIPTS = Counter("inbox_read_receipts", "Read receipts, by what came of them.", ("outcome",))
