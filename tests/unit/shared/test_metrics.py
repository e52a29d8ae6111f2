"""Metrics: bounded labels, and no duration for what became a socket."""

from prometheus_client import REGISTRY

from shared.metrics import exposition, request_answered


def seen(name: str, **labels: str) -> float:
    """The present value of a metric."""
    return REGISTRY.get_sample_value(name, labels) or 0.0


def test_whatever_method_is_sent_the_labels_are_few() -> None:
    """Anybody can invent methods; each would be a new series for ever."""
    before = seen("inbox_http_requests_total", method="other", route="/x", status="405")
    for number in range(100):
        request_answered(f"M{number}", "/x", 405, 0.01)

    assert 100 == seen("inbox_http_requests_total", method="other", route="/x", status="405") - before
    assert b'method="M1"' not in exposition()[0]


def test_a_socket_is_counted_but_has_no_duration() -> None:
    """It is open for hours, which says nothing of how fast we answer."""
    before = seen("inbox_http_requests_total", method="GET", route="/live", status="101")
    request_answered("GET", "/live", 101, 3600.0)

    assert 1 == seen("inbox_http_requests_total", method="GET", route="/live", status="101") - before
    assert 0 == seen("inbox_http_request_seconds_count", method="GET", route="/live")
