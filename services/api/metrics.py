"""What the projector tells Prometheus."""

from prometheus_client import Counter, Histogram

FACTS = Counter("inbox_projector_facts", "Events and commands applied to chat state.")
STALE_COMMITS = Counter("inbox_projector_stale_commits", "Commits repeated because another projector was first.")
ROUNDS = Histogram(
    "inbox_projector_rounds",
    "Rounds of read, project and commit until the facts of one number had landed; 1 is undisturbed.",
    buckets=(1, 2, 3, 5, 8, 13, 21, 50, 100, 200, 500),
)
PARKED_REFUSED = Counter("inbox_projector_parked_refused", "Parked bodies that the number's app secret did not sign.")
PARKED_BURIED = Counter("inbox_projector_parked_buried", "Parked bodies that a bound made dead letters.")
