"""`python -m tools.waterfall SPANS.json >TRACE.svg`: one trace as bars, from what the collector of the tests received.

It draws what is there and nothing else: the spans of one trace, as `tests/system/test_traces.py` keeps them in a folder
that INBOX_TEST_TRACES_KEPT names. A span stands below the one that it follows from; a tick in a bar is a moment of it.
"""

import json
import math
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

WIDTH, LEFT, RIGHT, TOP, ROW = 960, 360, 70, 46, 20
_INNER = WIDTH - LEFT - RIGHT
_INDENT = 12
_BAR_MIN = 1.5  # what is too short to be seen is shown all the same
_SERVICES = ("inbox-ingest", "inbox-projector", "inbox-push", "inbox-api", "inbox-sender")
_STYLE = (
    "text{font:12px sans-serif;fill:#333}.axis{stroke:#999;stroke-opacity:.4}.moment{stroke:#fff;stroke-width:2}"
    ".c0{fill:#2a78d6}.c1{fill:#c77700}.c2{fill:#2e8b57}.c3{fill:#8e44ad}.c4{fill:#c0392b}.c5{fill:#777}"
    "@media(prefers-color-scheme:dark){text{fill:#ddd}.axis{stroke:#777}.c5{fill:#999}}"
)

Span = dict[str, Any]


def rows(spans: list[Span]) -> Iterator[tuple[int, Span]]:
    """Each span with its depth, what follows below what it follows from, by the times at which they began."""
    known = {span["span_id"] for span in spans}
    below: dict[str, list[Span]] = {}
    for span in sorted(spans, key=lambda span: span["began_ns"]):
        below.setdefault(span["parent_id"] if span["parent_id"] in known else "", []).append(span)

    def walk(parent_id: str, depth: int) -> Iterator[tuple[int, Span]]:
        for span in below.get(parent_id, ()):
            yield depth, span
            yield from walk(span["span_id"], depth + 1)

    return walk("", 0)


def waterfall(title: str, spans: list[Span]) -> str:
    """The picture."""
    begin = min(span["began_ns"] for span in spans)
    whole_ns = max(span["ended_ns"] for span in spans) - begin or 1
    bottom = TOP + ROW * len(spans)

    def at(moment_ns: int) -> float:
        share: float = (moment_ns - begin) / whole_ns
        return LEFT + _INNER * share

    parts = [_text(8, 18, title)]
    for tick_ms in ticks(whole_ns / 1e6):
        x = at(begin + round(tick_ms * 1e6))
        parts.append(f'<line class="axis" x1="{x:.1f}" y1="{TOP - 6}" x2="{x:.1f}" y2="{bottom}"/>')
        parts.append(_text(x, TOP - 10, f"{tick_ms:g} ms", "middle"))
    for place, (depth, span) in enumerate(rows(spans)):
        y, took_ms = TOP + ROW * place, (span["ended_ns"] - span["began_ns"]) / 1e6
        x, end = at(span["began_ns"]), max(at(span["ended_ns"]), at(span["began_ns"]) + _BAR_MIN)
        service = span["service"]
        kind = _SERVICES.index(service) if service in _SERVICES else len(_SERVICES)
        parts.append(_text(8 + _INDENT * depth, y + 14, f"{service.removeprefix('inbox-')}: {_short(span['name'])}"))
        parts.append(f'<rect class="c{kind}" x="{x:.1f}" y="{y + 4}" width="{end - x:.1f}" height="{ROW - 8}" rx="2"/>')
        for moment_ns in span["moments"].values():
            parts.append(_line("moment", at(moment_ns), y + 4, y + ROW - 4))
        parts.append(_text(end + 4, y + 14, f"{took_ms:.1f}"))
    size = f'viewBox="0 0 {WIDTH} {bottom + 8}" width="{WIDTH}" height="{bottom + 8}"'
    return "\n".join(
        (f'<svg xmlns="http://www.w3.org/2000/svg" {size}>', f"<style>{_STYLE}</style>", *parts, "</svg>\n")
    )


def ticks(end_ms: float, count_min: int = 4) -> list[float]:
    """Round numbers from 0 to the end."""
    step = 10.0 ** math.floor(math.log10(end_ms))
    while end_ms / step < count_min:
        step /= 2
    return [step * count for count in range(int(end_ms / step) + 1)]


def _short(name: str) -> str:
    return name.replace("/v1/numbers/{number_id}/conversations/{contact_id}", "/...")


def _line(kind: str, x: float, top: float, bottom: float) -> str:
    return f'<line class="{kind}" x1="{x:.1f}" y1="{top}" x2="{x:.1f}" y2="{bottom}"/>'


def _text(x: float, y: float, words: str, anchor: str = "start") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(words)}</text>'


def main() -> None:
    """Draw one file."""
    path = Path(sys.argv[1])
    spans = json.loads(path.read_text())
    sys.stdout.write(waterfall(" ".join(sys.argv[2:]) or path.stem, spans))


if __name__ == "__main__":
    main()
