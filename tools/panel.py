"""Draws one panel of a dashboard as SVG: lines over time, their names, and what the axis counts in. Pure."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from xml.sax.saxutils import escape

LEFT, RIGHT, TOP, BOTTOM, LINE = 46, 8, 22, 18, 13
NAMES_MAX = 6  # what does not fit below is counted
COLOURS = ("#73bf69", "#f2cc0c", "#5794f2", "#ff780a", "#f2495c", "#b877d9", "#8ab8ff", "#96d98d")
STYLE = (
    "text{font:10px sans-serif;fill:#ccccdc}.title{font-size:12px;font-weight:600}.row{font-size:14px;font-weight:600}"
    ".panel{fill:#181b1f;stroke:#2c3235}.grid{stroke:#2c3235}.dim{fill:#8e8e99}polyline{fill:none;stroke-width:1.2}"
)


@dataclass(frozen=True, slots=True)
class Series:
    """A line by its name: seconds since 1970, and values; where there is none it is NaN."""

    name: str
    points: Sequence[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Frame:
    """Where a panel is in the picture, in pixels."""

    x: float
    y: float
    width: float
    height: float


def _seconds(value: float) -> str:
    if not value:
        return "0"
    if value >= 120:
        return f"{value / 60:.3g} min"
    return f"{value:.3g} s" if value >= 1 else f"{value * 1000:.3g} ms"


def _bytes(value: float) -> str:
    for power, unit in ((3, "GiB"), (2, "MiB"), (1, "KiB")):
        if value >= 1024**power:
            return f"{value / 1024**power:.0f} {unit}"
    return f"{value:.0f} B"


# Grafana's names of units, as far as the dashboard uses them.
UNITS: Mapping[str, Callable[[float], str]] = {
    "s": _seconds,
    "bytes": _bytes,
    "ops": lambda value: f"{value:.3g}/s",
    "percentunit": lambda value: f"{value * 100:.3g} %",
    "short": lambda value: f"{value:.3g}",
}


def panel(title: str, unit: str, series: Sequence[Series], frame: Frame, span: tuple[float, float]) -> list[str]:
    """The box, and in it what Prometheus answered; `span` is from when to when."""
    size = f'width="{frame.width:g}" height="{frame.height:g}"'
    parts = [
        f'<rect class="panel" x="{frame.x:g}" y="{frame.y:g}" {size} rx="3"/>',
        _text(frame.x + 8, frame.y + 15, title, "title"),
    ]
    drawn = [each for each in series if any(not math.isnan(value) for _, value in each.points)]
    if not drawn:
        return [*parts, _text(frame.x + frame.width / 2, frame.y + frame.height / 2, "No data", "dim", "middle")]
    names = drawn[: NAMES_MAX if len(drawn) <= NAMES_MAX else NAMES_MAX - 1]
    lines = math.ceil((len(names) + (len(names) < len(drawn))) / 2)
    left, right = frame.x + LEFT, frame.x + frame.width - RIGHT
    top, bottom = frame.y + TOP + 6, frame.y + frame.height - BOTTOM - LINE * lines
    end = _end(max(value for each in drawn for _, value in each.points if not math.isnan(value)))

    def across(at_s: float) -> float:
        return left + (right - left) * (at_s - span[0]) / (span[1] - span[0])

    def up(value: float) -> float:
        return bottom - (bottom - top) * value / end

    for share in (0, 0.5, 1):
        y = up(end * share)
        parts.append(f'<line class="grid" x1="{left:.1f}" y1="{y:.1f}" x2="{right:.1f}" y2="{y:.1f}"/>')
        parts.append(_text(left - 4, y + 3, UNITS[unit](end * share), "dim", "end"))
    for share in (0, 1 / 3, 2 / 3, 1):
        at_s = span[0] + (span[1] - span[0]) * share
        anchor = "end" if share == 1 else "start" if share == 0 else "middle"
        parts.append(_text(across(at_s), bottom + 12, f"{datetime.fromtimestamp(at_s, UTC):%H:%M}", "dim", anchor))
    for place, each in enumerate(drawn):
        colour = COLOURS[place % len(COLOURS)]
        parts += [f'<polyline stroke="{colour}" points="{line}"/>' for line in _lines(each, across, up)]
    for place, each in enumerate(names):
        x = frame.x + 8 + (place % 2) * (frame.width - 16) / 2
        y = bottom + 26 + LINE * (place // 2)
        parts.append(f'<rect x="{x:g}" y="{y - 6:.1f}" width="8" height="3" fill="{COLOURS[place % len(COLOURS)]}"/>')
        parts.append(_text(x + 12, y, f"{_short(each.name)}  {UNITS[unit](_last(each))}"))
    if len(names) < len(drawn):
        x = frame.x + 8 + (len(names) % 2) * (frame.width - 16) / 2
        parts.append(_text(x, bottom + 26 + LINE * (len(names) // 2), f"and {len(drawn) - len(names)} more", "dim"))
    return parts


def _lines(each: Series, across: Callable[[float], float], up: Callable[[float], float]) -> list[str]:
    """Its stretches; a gap is no line, and a value with nobody beside it is a short one."""
    stretches: list[list[str]] = [[]]
    for at_s, value in each.points:
        if math.isnan(value):
            stretches.append([])
        else:
            stretches[-1].append(f"{across(at_s):.1f},{up(value):.1f}")
    return [" ".join(points if len(points) > 1 else points * 2) for points in stretches if points]


def _last(each: Series) -> float:
    return next(value for _, value in reversed(each.points) if not math.isnan(value))


def _end(largest: float) -> float:
    """A round figure above it."""
    if largest <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(largest))
    return next(power * step for step in (1, 1.5, 2, 3, 4, 5, 6, 8, 10) if power * step >= largest * 0.999)


def _short(name: str, length_max: int = 30) -> str:
    return name if len(name) <= length_max else f"{name[: length_max - 1]}…"


def _text(x: float, y: float, words: str, kind: str = "", anchor: str = "start") -> str:
    return f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(words)}</text>'
