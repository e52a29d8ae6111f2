"""What push counts beside the requests themselves."""

from prometheus_client import Counter, Gauge, Histogram

from shared.metrics import LAG_BUCKETS_S

SOCKETS = Gauge("inbox_push_sockets", "Open sockets, greeted or not.")
SOCKETS_MAX = Gauge("inbox_push_sockets_max", "So many sockets are let in.")
TAILS = Gauge("inbox_push_tails", "Feeds that somebody follows.")
CHANGES = Counter("inbox_push_changes", "Changes read by tails; each goes to every socket that follows its number.")
FEED_LAG_S = Histogram(
    "inbox_push_feed_lag_seconds",
    "From the commit of the first change of a page until the page is given to the sockets.",
    buckets=LAG_BUCKETS_S,
)
RESYNCS = Counter("inbox_push_resyncs", "Sockets told to take a snapshot.")
CLOSED = Counter("inbox_push_closed", "Sockets closed by us.", ["code"])
TURNED_AWAY = Counter("inbox_push_turned_away", "Handshakes refused because their peer came too often.")
