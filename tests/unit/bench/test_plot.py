"""What is promised of the pictures."""

from xml.etree import ElementTree

import pytest

from bench.plot import latencies, rounds
from bench.ratios import estimate
from bench.result import Bar

SVG = "{http://www.w3.org/2000/svg}"


def test_every_round_is_a_dot_and_both_bars_are_drawn() -> None:
    """In an SVG that any reader can read."""
    values = [1.8, 2.2, 2.0]
    picture = ElementTree.fromstring(rounds("a < b", values, estimate(values), Bar(must=2, stretch=3.5)))

    assert 3 == len(picture.findall(f"{SVG}circle"))
    assert {"must", "stretch"} <= {line.get("class") for line in picture.findall(f"{SVG}line")}
    assert "a < b" in [text.text for text in picture.findall(f"{SVG}text")]


def test_what_is_more_is_further_right() -> None:
    """From nought on, so that a small difference looks small."""
    picture = ElementTree.fromstring(rounds("t", [1.0, 2.0], estimate([1.0, 2.0]), None))
    one, two = (float(dot.get("cx", "")) for dot in picture.findall(f"{SVG}circle"))

    assert pytest.approx(2, rel=0.01) == (two - 90) / (one - 90)


def test_a_curve_ends_with_the_slowest_answer() -> None:
    """Which is drawn however many came before it."""
    curve = [((place + 1) / 5_000, 1 + place / 10) for place in range(5_000)]
    picture = ElementTree.fromstring(latencies("t", {"ours": curve, "express": [(0.5, 1.0), (1.0, 3.0)]}))
    lines = picture.findall(f"{SVG}polyline")
    points = [tuple(map(float, point.split(","))) for point in (lines[0].get("points") or "").split()]

    assert 2 == len(lines)
    assert len(points) <= 700
    assert points[-1] == (620.0, min(y for _, y in points))


def test_one_time_alone_can_be_drawn() -> None:
    """A scale without a span is no division by nought."""
    assert "polyline" in latencies("t", {"ours": [(1.0, 10.0)]})
