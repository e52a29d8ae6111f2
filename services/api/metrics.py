"""What the projector tells Prometheus."""

from prometheus_client import Counter, Histogram

from services.api.numberstate import NumberStatus

FACTS = Counter("inbox_projector_facts", "Events and commands applied to chat state.")
STALE_COMMITS = Counter("inbox_projector_stale_commits", "Commits repeated because another projector was first.")
ROUNDS = Histogram(
    "inbox_projector_rounds",
    "Rounds of read, project and commit until the facts of one number had landed; 1 is undisturbed.",
    buckets=(1, 2, 3, 5, 8, 13, 21, 50, 100, 200, 500),
)
GAPS = Counter("inbox_projector_gaps", "Messages found missing, and numbers found silent, by what shows it.", ("sign",))
PARKED_REFUSED = Counter("inbox_projector_parked_refused", "Parked bodies that the number's app secret did not sign.")
PARKED_BURIED = Counter("inbox_projector_parked_buried", "Parked bodies that a bound made dead letters.")


def gaps_found(before: NumberStatus, status: NumberStatus) -> None:
    """Count what a look has found for the first time; of which number is in the number's own state."""
    for sign in ("ours", "elsewhere", "quoted", "named"):
        GAPS.labels(sign).inc(max(0, getattr(status.missing, sign) - getattr(before.missing, sign)))
    GAPS.labels("silent").inc(bool(status.silent_ms and status.silent_ms != before.silent_ms))
