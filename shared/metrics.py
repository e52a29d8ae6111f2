"""What Prometheus is told: names begin with `inbox_`, and every label has a bounded set of values."""

from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, Counter, Gauge, Histogram, generate_latest

# From a cached answer to the longest long poll.
REQUEST_BUCKETS_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)

METHODS = frozenset(("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"))

REQUESTS = Counter("inbox_http_requests", "Requests answered.", ("method", "route", "status"))
REQUEST_S = Histogram(
    "inbox_http_request_seconds", "From the request line to the answer.", ("method", "route"), buckets=REQUEST_BUCKETS_S
)
CONNECTIONS_DROPPED = Counter(
    "inbox_http_connections_dropped",
    "Connections that were closed before they had asked: slow, idle or full.",
    ("why",),
)
DEPENDENCY_UP = Gauge("inbox_dependency_up", "Whether it answered when it was asked last.", ("dependency",))


def request_answered(method: str, route: str, status: int, took_s: float) -> None:
    """Count one request; `route` is a template, never a path. What became a socket has no duration of interest."""
    method = method if method in METHODS else "other"
    REQUESTS.labels(method, route, str(status)).inc()
    if status != 101:
        REQUEST_S.labels(method, route).observe(took_s)


def exposition() -> tuple[bytes, str]:
    """The metrics page and its content type."""
    return generate_latest(REGISTRY), CONTENT_TYPE_LATEST
