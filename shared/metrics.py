"""What Prometheus is told: names begin with `inbox_`, and every label has a bounded set of values."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import Literal

from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, Counter, Gauge, Histogram, generate_latest

# From a cached answer to the longest long poll.
REQUEST_BUCKETS_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)

# From one that nobody waits for to half an hour of an outage.
LAG_BUCKETS_S = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0, 1800.0)

REMEMBERED_MAX = 1_000  # routes by method and status: some hundreds
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
LAG_S = Histogram(
    "inbox_lag_seconds",
    "Since the oldest fact of a commit was taken in, until it is stored, and until it is given to the sockets.",
    ("until",),
    buckets=LAG_BUCKETS_S,
)
CONFIRM_S = Histogram(
    "inbox_broker_confirm_seconds",
    "From a publish until the broker has confirmed it; one message carries the lines of many requests.",
    ("exchange",),
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0),
)
PUBLISH_FAILED = Counter("inbox_broker_publish_failed", "Publishes that were not confirmed in time.", ("exchange",))
GRAPH_CALLS = Counter(
    "inbox_graph_calls",
    "Calls to Graph, by what was asked, what came of it, and Meta's code.",
    ("call", "outcome", "code"),
)
LOOP_LAG_S = Histogram(
    "inbox_loop_lag_seconds",
    "How much later than asked for the process gets its turn, asked once a second: above 0.1 it has too much to do.",
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0),
)
SPANS = Counter(
    "inbox_spans", "Spans of traces: told, and of those what a collector took (sent) or did not (lost).", ("outcome",)
)
DEPENDENCY_UP = Gauge("inbox_dependency_up", "Whether it answered when it was asked last.", ("dependency",))


# What only the owner of an account can mend: it is blocked or locked, or its payment method is missing.
ACCOUNT_CODES = ("368", "131031", "131042", "131044")


def begin_at_zero(counter: Counter, *values: str) -> None:
    """Tell these values of its one label from the start: of what begins at one, Prometheus does not see the first."""
    for value in values:
        counter.labels(value)


for _code in ACCOUNT_CODES:
    GRAPH_CALLS.labels("send", "refused", _code)


def request_answered(method: str, route: str, status: int, took_s: float) -> None:
    """Count one request; `route` is a template, never a path. What became a socket has no duration of interest."""
    method = method if method in METHODS else "other"
    _requests(method, route, status).inc()
    if status != 101:
        _request_s(method, route).observe(took_s)


def requests_answered(method: str, route: str, status: int, took_s: Sequence[float]) -> None:
    """Count many of one kind."""
    _requests(method, route, status).inc(len(took_s))
    observe = _request_s(method, route).observe
    for each_s in took_s:
        observe(each_s)


# To find a metric by its labels takes longer than to count.
@lru_cache(REMEMBERED_MAX)
def _requests(method: str, route: str, status: int) -> Counter:
    return REQUESTS.labels(method, route, str(status))


@lru_cache(REMEMBERED_MAX)
def _request_s(method: str, route: str) -> Histogram:
    return REQUEST_S.labels(method, route)


# To find a series by its labels takes longer than to count, so those of busy ways are kept.
_LAG_OF = {until: LAG_S.labels(until) for until in ("stored", "shown")}
_confirms_of = lru_cache(maxsize=16)(CONFIRM_S.labels)
_calls_of = lru_cache(maxsize=1_000)(GRAPH_CALLS.labels)


@contextmanager
def confirming(exchange: str) -> Iterator[None]:
    """Measure one publish; what fails has no duration of interest, because it has waited for a deadline."""
    began_s = time.perf_counter()
    try:
        yield
    except BaseException:
        PUBLISH_FAILED.labels(exchange).inc()
        raise
    _confirms_of(exchange).observe(time.perf_counter() - began_s)


def graph_called(call: str, outcome: Literal["ok", "refused", "never_left", "lost"], code: str = "") -> None:
    """Count one call; a code is Meta's where it is documented, HTTP's where Meta said nothing, and else `other`."""
    _calls_of(call, outcome, code).inc()


def lagged(until: Literal["stored", "shown"], taken_ms: int, now_ms: int) -> None:
    """Measure one commit; two clocks that differ never make it negative, and 0 is a time that nobody has told."""
    if taken_ms:
        _LAG_OF[until].observe(max(0, now_ms - taken_ms) / 1000)


def exposition() -> tuple[bytes, str]:
    """The metrics page and its content type."""
    return generate_latest(REGISTRY), CONTENT_TYPE_LATEST
