"""A flame graph: each frame as wide as the time spent in it and in what it has called. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from xml.sax.saxutils import escape
from zlib import crc32

from bench.folded import Stack, function_of

WIDTH, ROW, TOP = 1400, 17, 30
PIXELS_MIN = 0.4  # narrower ones are nothing to see
_LETTER_PIXELS = 6.6
_STYLE = "text{font:11px monospace;fill:#222}rect{stroke:#fff;stroke-width:.5}.title{font-size:14px}"


@dataclass
class Frame:
    """One function where it was called from, and what it has called."""

    count: int = 0
    inner: "dict[str, Frame]" = field(default_factory=dict)


def tree(counted: Mapping[Stack, int]) -> Frame:
    """All stacks in one."""
    root = Frame()
    for stack, count in counted.items():
        frame = root
        frame.count += count
        for name in stack:
            frame = frame.inner.setdefault(function_of(name), Frame())
            frame.count += count
    return root


def picture(title: str, counted: Mapping[Stack, int]) -> str:
    """Outermost on top; pointing at a frame tells its name and its part of all."""
    root = tree(counted)
    scale = WIDTH / max(1, root.count)
    drawn = list(_drawn(root, 0.0, 0, scale, root.count))
    height = TOP + ROW * (1 + max((depth for depth, _ in drawn), default=0)) + 10
    size = f'viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}"'
    return "\n".join(
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" {size}>',
            f'<style>{_STYLE}</style><rect width="{WIDTH}" height="{height}" fill="#fff"/>',
            f'<text class="title" x="6" y="18">{escape(title)}: {root.count} samples</text>',
            *(shape for _, shape in drawn),
            "</svg>\n",
        )
    )


def _drawn(frame: Frame, left: float, depth: int, scale: float, total: int) -> Iterator[tuple[int, str]]:
    for name, inner in sorted(frame.inner.items()):
        width = inner.count * scale
        if width >= PIXELS_MIN:
            yield depth, _shape(name, left, TOP + ROW * depth, width, inner.count / total)
            yield from _drawn(inner, left, depth + 1, scale, total)
        left += width


def _shape(name: str, left: float, top: float, width: float, part: float) -> str:
    letters = int(width / _LETTER_PIXELS)
    words = f'<text x="{left + 2:.1f}" y="{top + 12}">{escape(name[:letters])}</text>' if letters > 3 else ""
    return (
        f"<g><title>{escape(name)}: {100 * part:.1f} %</title>"
        f'<rect x="{left:.1f}" y="{top}" width="{width:.1f}" height="{ROW}" fill="{_colour(name)}"/>{words}</g>'
    )


def _colour(name: str) -> str:
    """The same for a module in every picture; ours in blues, all others from yellow to red."""
    module = name.rpartition("(")[2].rstrip(")")
    shade = crc32(module.encode()) % 40
    return f"hsl({200 + shade},70%,75%)" if module.startswith(("services", "shared")) else f"hsl({15 + shade},85%,72%)"
