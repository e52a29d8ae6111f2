"""What the projector tells Prometheus."""

from prometheus_client import Counter

FACTS = Counter("inbox_projector_facts", "Events and commands applied to chat state.")
STALE_COMMITS = Counter("inbox_projector_stale_commits", "Commits repeated because another projector was first.")
PARKED_REFUSED = Counter("inbox_projector_parked_refused", "Parked bodies that the number's app secret did not sign.")
