"""Pictures of results: what every round said beside its bars, and how long answers took up to the slowest."""

import math
from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape

from bench.ratios import Estimate
from bench.result import Bar

WIDTH, LEFT, RIGHT = 640, 90, 20
_INNER = WIDTH - LEFT - RIGHT
_COLOURS = 4
_STYLE = (
    "text{font:12px sans-serif;fill:#333}.axis{stroke:#999}.round{fill:#2a78d6;fill-opacity:.6}"
    ".middle{stroke:#2a78d6;stroke-width:3}.must{stroke:#c0392b;stroke-dasharray:4 3}"
    ".stretch{stroke:#2e8b57;stroke-dasharray:4 3}polyline.curve{fill:none;stroke-width:2}"
    ".c0{stroke:#2a78d6;fill:#2a78d6}.c1{stroke:#c77700;fill:#c77700}.c2{stroke:#2e8b57;fill:#2e8b57}"
    ".c3{stroke:#8e44ad;fill:#8e44ad}text.c0,text.c1,text.c2,text.c3{stroke:none}"
    "@media(prefers-color-scheme:dark){text{fill:#ddd}.axis{stroke:#777}}"
)
# The parts of all answers that are marked below the curve.
_MARKS = ((0.0, "0"), (0.5, "50 %"), (0.9, "90 %"), (0.99, "99 %"), (0.999, "99.9 %"), (0.9999, "99.99 %"))


def rounds(title: str, values: Sequence[float], told: Estimate, bar: Bar | None) -> str:
    """A dot for each round, a thick line from one end of the interval to the other, the median across it."""
    wanted = [bar.must, bar.stretch] if bar else []
    end = max([*values, told.high, *wanted]) * 1.1 or 1.0
    parts = [_text(LEFT, 18, title), _line("axis", LEFT, 84, WIDTH - RIGHT, 84)]

    def at(value: float) -> float:
        return LEFT + _INNER * value / end

    for tick in _ticks(end):
        parts.append(_line("axis", at(tick), 84, at(tick), 89))
        parts.append(_text(at(tick), 104, f"{tick:g}", "middle"))
    if bar is not None:
        for name, value in (("must", bar.must), ("stretch", bar.stretch)):
            parts.append(_line(name, at(value), 34, at(value), 84))
            parts.append(_text(at(value) + 3, 44, name))
    parts += [f'<circle class="round" cx="{at(value):.1f}" cy="62" r="5"/>' for value in values]
    parts.append(_line("middle", at(told.low), 74, at(told.high), 74))
    parts.append(_line("middle", at(told.median), 68, at(told.median), 80))
    return _picture(112, parts)


def latencies(title: str, curves: Mapping[str, Sequence[tuple[float, float]]]) -> str:
    """Milliseconds by the part of all answers that took no longer; both axes stretch out the slow end."""
    slowest = max(ms for curve in curves.values() for _, ms in curve)
    fastest = min(max(ms, 0.01) for curve in curves.values() for _, ms in curve)
    low, high = math.floor(math.log10(fastest)), math.ceil(math.log10(slowest) + 1e-9)
    top, bottom = 30, 250
    parts = [_text(LEFT, 18, title)]

    def across(part: float) -> float:
        return LEFT + _INNER * min(1.0, -math.log10(max(1 - part, 1e-5)) / 5)

    def up(ms: float) -> float:
        return bottom - (bottom - top) * (math.log10(max(ms, 0.01)) - low) / max(1, high - low)

    for power in range(low, high + 1):
        parts.append(_line("axis", LEFT, up(10.0**power), WIDTH - RIGHT, up(10.0**power)))
        parts.append(_text(LEFT - 6, up(10.0**power) + 4, f"{10.0**power:g} ms", "end"))
    for part, name in _MARKS:
        parts.append(_line("axis", across(part), bottom, across(part), bottom + 5))
        parts.append(_text(across(part), bottom + 20, name, "middle"))
    for place, (name, curve) in enumerate(sorted(curves.items(), key=lambda pair: pair[0] != "ours")):
        points = " ".join(f"{across(part):.1f},{up(ms):.1f}" for part, ms in _thinned(curve))
        parts.append(f'<polyline class="curve c{place % _COLOURS}" points="{points}"/>')
        parts.append(_text(LEFT + 8, top + 14 + 16 * place, name, kind=f"c{place % _COLOURS}"))
    return _picture(bottom + 30, parts)


def _thinned(curve: Sequence[tuple[float, float]], points_max: int = 300) -> list[tuple[float, float]]:
    step = max(1, len(curve) // points_max)
    # The slow end has few answers and all of the interest.
    return [*curve[:-points_max:step], *curve[-points_max:]] if len(curve) > points_max else list(curve)


def _ticks(end: float) -> list[float]:
    step = 10 ** math.floor(math.log10(end))
    while end / step < 4:
        step /= 2
    return [step * count for count in range(int(end / step) + 1)]


def _line(kind: str, x1: float, y1: float, x2: float, y2: float) -> str:
    return f'<line class="{kind}" x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"/>'


def _text(x: float, y: float, words: str, anchor: str = "start", kind: str = "") -> str:
    return f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(words)}</text>'


def _picture(height: int, parts: Sequence[str]) -> str:
    size = f'viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}"'
    return "\n".join(
        (f'<svg xmlns="http://www.w3.org/2000/svg" {size}>', f"<style>{_STYLE}</style>", *parts, "</svg>\n")
    )
