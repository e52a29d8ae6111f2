"""What ingest counts beside the requests themselves."""

from prometheus_client import Counter, Gauge

EVENTS = Counter("inbox_ingest_events", "Events that webhooks were translated into and the broker confirmed.")
UNRECOGNISED = Counter(
    "inbox_ingest_unrecognised",
    "Kept raw: parts that could not be read, message types and webhook fields that nobody here knows.",
    ("kind",),
)
REFUSED = Counter("inbox_ingest_refused", "Webhooks refused because they were not signed with the app secret.")
ROOM_BYTES = Gauge("inbox_ingest_room_bytes", "Bytes of bodies in hand.")
ROOM_BYTES_MAX = Gauge("inbox_ingest_room_bytes_max", "Beyond so many bytes of bodies in hand webhooks are put off.")
