"""Draws the dashboard of deploy/monitoring without Grafana: its own file and questions, answered by a Prometheus."""

import argparse
import json
import math
import re
import sys
import time
import urllib.parse
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tools.panel import STYLE, Frame, Series, panel

ROOT = Path(__file__).resolve().parents[1]
BOARD = ROOT / "deploy" / "monitoring" / "grafana" / "dashboards" / "inbox.json"
COLUMN, LINE, GAP, HEAD = 60, 30, 6, 30  # pixels of Grafana's grid, which has 24 columns
POINTS = 120
ANSWER_S_MAX = 30


def legend(template: str, labels: Mapping[str, str]) -> str:
    """As Grafana makes it: a template, or the labels as they are."""
    if template:
        return re.sub(r"\{\{\s*(\w+)\s*\}\}", lambda found: labels.get(found[1], ""), template)
    return "{" + ", ".join(f'{name}="{value}"' for name, value in sorted(labels.items())) + "}"


def series(answer: Mapping[str, Any], template: str, times: list[float]) -> list[Series]:
    """What Prometheus answered; at a time without a value there is none."""
    found = []
    for each in answer["data"]["result"]:
        told = {float(at_s): float(value) for at_s, value in each["values"]}
        points = [(at_s, told.get(at_s, math.nan)) for at_s in times]
        found.append(Series(legend(template, each["metric"]), points))
    return found


def asked(prometheus: str, expression: str, begins_s: float, ends_s: float, step_s: float) -> Mapping[str, Any]:
    """A question over time."""
    told = {"query": expression, "start": begins_s, "end": ends_s, "step": step_s}
    url = f"{prometheus}/api/v1/query_range?{urllib.parse.urlencode(told)}"
    with urllib.request.urlopen(url, timeout=ANSWER_S_MAX) as answer:  # noqa: S310
        return dict(json.load(answer))


def place(told: Mapping[str, float]) -> Frame:
    """Grafana's grid in pixels."""
    return Frame(
        told["x"] * COLUMN + GAP / 2,
        HEAD + told["y"] * LINE + GAP / 2,
        told["w"] * COLUMN - GAP,
        told["h"] * LINE - GAP,
    )


def drawn(board: Mapping[str, Any], answers: Mapping[int, list[Series]], span: tuple[float, float]) -> str:
    """The whole picture; `answers` by the id of a panel."""
    parts = [f'<text class="row" x="8" y="20">{board["title"]}</text>']
    for each in board["panels"]:
        frame = place(each["gridPos"])
        if each["type"] == "row":
            parts.append(f'<text class="row" x="8" y="{frame.y + 18:g}">{each["title"]}</text>')
        else:
            unit = each["fieldConfig"]["defaults"]["unit"]
            parts += panel(each["title"], unit, answers[each["id"]], frame, span)
    height = HEAD + LINE * max(each["gridPos"]["y"] + each["gridPos"]["h"] for each in board["panels"])
    width = 24 * COLUMN
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}">'
    return "\n".join(
        (head, f"<style>{STYLE}</style>", '<rect width="100%" height="100%" fill="#111217"/>', *parts, "</svg>\n")
    )


def main() -> int:
    """Ask, draw, and say which panels stayed empty."""
    parser = argparse.ArgumentParser(prog="dashboard")
    parser.add_argument("--prometheus", default="http://127.0.0.1:9090")
    parser.add_argument("--minutes", type=int, default=180)
    parser.add_argument("picture", type=Path)
    told = parser.parse_args()
    board = json.loads(BOARD.read_text())
    step_s = max(15.0, told.minutes * 60 / POINTS)
    ends_s = math.floor(time.time())
    count = round(told.minutes * 60 / step_s)
    times = [ends_s - step_s * left for left in range(count, -1, -1)]
    answers = {
        each["id"]: [
            one
            for target in each["targets"]
            for one in series(
                asked(told.prometheus, target["expr"], times[0], times[-1], step_s),
                target.get("legendFormat", ""),
                times,
            )
        ]
        for each in board["panels"]
        if each["type"] != "row"
    }
    told.picture.write_text(drawn(board, answers, (times[0], times[-1])))
    for each in board["panels"]:
        if each["type"] != "row" and not any(not math.isnan(v) for one in answers[each["id"]] for _, v in one.points):
            print(f"empty: {each['title']}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
