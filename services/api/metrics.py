"""What the projector tells Prometheus."""

from collections.abc import Iterable

from prometheus_client import Counter, Gauge, Histogram

from services.api.facts import Line
from services.api.numberstate import NumberStatus
from shared.contract.advice import is_documented
from shared.contract.events import StatusReported
from shared.metrics import ACCOUNT_CODES, LAG_BUCKETS_S, begin_at_zero, lagged

FACTS = Counter("inbox_projector_facts", "Events and commands applied to chat state.")
STALE_COMMITS = Counter("inbox_projector_stale_commits", "Commits repeated because another projector was first.")
ROUNDS = Histogram(
    "inbox_projector_rounds",
    "Rounds of read, project and commit until the facts of one number had landed; 1 is undisturbed.",
    buckets=(1, 2, 3, 5, 8, 13, 21, 50, 100, 200, 500),
)
DURABLE_S = Histogram(
    "inbox_projector_durable_seconds",
    "From the commit of a batch until it is on the store's disk, and its deliveries are let go.",
    buckets=LAG_BUCKETS_S,
)
FAILED = Counter(
    "inbox_failed_messages",
    "Messages that WhatsApp reported as failed after Graph had taken them, by Meta's code; 131047 is a closed window.",
    ("code",),
)
GAPS = Counter("inbox_projector_gaps", "Messages found missing, and numbers found silent, by what shows it.", ("sign",))
PARKED = Counter("inbox_projector_parked_events", "Events put aside because their number is not connected.")
PARKED_NOW = Gauge("inbox_projector_parked_events_waiting", "Events put aside, at the last look, every ten minutes.")
PARKED_REFUSED = Counter("inbox_projector_parked_refused", "Parked bodies that the number's app secret did not sign.")
PARKED_BURIED = Counter("inbox_projector_parked_buried", "Parked bodies that a bound made dead letters.")

begin_at_zero(FAILED, *ACCOUNT_CODES)
begin_at_zero(GAPS, "ours", "elsewhere", "quoted", "named", "silent")


def landed(lines: Iterable[Line], taken_ms: int, now_ms: int) -> None:
    """Count what was committed of one number; when the oldest of it was taken in is 0 where that says nothing."""
    lagged("stored", taken_ms, now_ms)
    for _, fact in lines:
        if type(fact) is StatusReported and fact.error is not None:
            FAILED.labels(str(fact.error.code) if is_documented(fact.error.code) else "other").inc()


def gaps_found(before: NumberStatus, status: NumberStatus) -> None:
    """Count what a look has found for the first time; of which number is in the number's own state."""
    for sign in ("ours", "elsewhere", "quoted", "named"):
        GAPS.labels(sign).inc(max(0, getattr(status.missing, sign) - getattr(before.missing, sign)))
    GAPS.labels("silent").inc(bool(status.silent_ms and status.silent_ms != before.silent_ms))
