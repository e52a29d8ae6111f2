"""The dashboard as it is drawn: every panel of its file, in its place, with what Prometheus answered."""

import json
import math
from xml.etree import ElementTree

from tools.dashboard import BOARD, drawn, legend, series
from tools.panel import UNITS, Series

TOLD = json.loads(BOARD.read_text())
PANELS = [each for each in TOLD["panels"] if each["type"] != "row"]


def test_every_panel_of_the_file_is_drawn() -> None:
    """By its name; without answers all of them say that there are none."""
    picture = drawn(TOLD, {each["id"]: [] for each in PANELS}, (0.0, 1.0))
    said = [each.text for each in ElementTree.fromstring(picture).iter("{http://www.w3.org/2000/svg}text")]
    assert {each["title"] for each in TOLD["panels"]} <= set(said)
    assert len(PANELS) == said.count("No data")


def test_every_unit_of_the_file_is_known() -> None:
    """Another one would end the drawing."""
    assert {each["fieldConfig"]["defaults"]["unit"] for each in PANELS} <= UNITS.keys()


def test_a_line_is_called_as_grafana_would_call_it() -> None:
    """By the template, or by its labels."""
    assert "0.5 shown" == legend("0.5 {{until}}", {"until": "shown"})
    assert '{a="1", b="2"}' == legend("", {"b": "2", "a": "1"})


def test_a_time_without_an_answer_has_no_value() -> None:
    """Prometheus leaves it out."""
    answer = {"data": {"result": [{"metric": {"job": "api"}, "values": [[15, "2"]]}]}}
    (found,) = series(answer, "{{job}}", [0.0, 15.0])
    assert Series("api", []).name == found.name
    assert math.isnan(found.points[0][1])
    assert (15.0, 2.0) == found.points[1]
