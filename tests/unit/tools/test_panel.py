"""A panel shows what was answered, where it was answered, in the unit that the dashboard names."""

import math
from xml.etree import ElementTree

import pytest

from tools.panel import UNITS, Frame, Series, panel

FRAME = Frame(0, 0, 480, 210)
SPAN = (0.0, 100.0)


def shown(*series: Series, unit: str = "short") -> ElementTree.Element:
    """The picture of a panel."""
    drawn = "".join(panel("A & B", unit, series, FRAME, SPAN))
    return ElementTree.fromstring(f"<svg>{drawn}</svg>")


def words(picture: ElementTree.Element) -> list[str]:
    """All that is written in it."""
    return [each.text or "" for each in picture.iter("text")]


def test_a_panel_without_an_answer_says_so() -> None:
    """An empty box might be a broken tool."""
    assert ["A & B", "No data"] == words(shown())
    assert "No data" in words(shown(Series("x", [(0, math.nan)])))


def test_a_line_ends_where_nothing_was_answered() -> None:
    """A gap is not a line through it, and a lone value is to be seen."""
    points = [(0.0, 1.0), (10.0, 2.0), (20.0, math.nan), (30.0, 3.0)]
    lines = [each.attrib["points"].split() for each in shown(Series("x", points)).iter("polyline")]
    assert [2, 2] == [len(line) for line in lines]
    assert lines[1][0] == lines[1][1]


def test_lines_stay_inside_their_panel() -> None:
    """The largest value too."""
    points = [(at, value) for at, value in zip(range(101), range(101), strict=True)]
    for line in shown(Series("x", points)).iter("polyline"):
        for x, y in (map(float, pair.split(",")) for pair in line.attrib["points"].split()):
            assert 0 < x < FRAME.width
            assert 20 < y < FRAME.height


def test_names_stand_below_with_their_last_values_and_many_are_counted() -> None:
    """What does not fit is not hidden."""
    said = words(shown(*(Series(f"line {place}", [(0, place), (1, place + 1)]) for place in range(9)), unit="ops"))
    assert "line 0  1/s" in said
    assert "and 4 more" in said


@pytest.mark.parametrize(
    ("unit", "value", "expected"),
    [
        ("s", 0.0021, "2.1 ms"),
        ("s", 2.5, "2.5 s"),
        ("s", 600, "10 min"),
        ("bytes", 3 * 1024**2, "3 MiB"),
        ("ops", 12.5, "12.5/s"),
        ("percentunit", 0.05, "5 %"),
        ("short", 0, "0"),
    ],
)
def test_values_are_told_in_their_unit(unit: str, value: float, expected: str) -> None:
    """As people say them."""
    assert expected == UNITS[unit](value)
