"""The picture of a trace shows what was told: every span, below what it follows from, as long as it took."""

import re
from typing import Any

from tools.waterfall import rows, ticks, waterfall

MS = 1_000_000


def span(span_id: str, parent_id: str, began_ms: int, ended_ms: int, **more: Any) -> dict[str, Any]:
    """As the collector keeps it."""
    told = {"service": "inbox-api", "name": f"work {span_id}", "moments": {}, "span_id": span_id}
    return {**told, "parent_id": parent_id, "began_ns": began_ms * MS, "ended_ns": ended_ms * MS, **more}


TRACE = [
    span("c", "a", 60, 70, moments={"committed": 65 * MS}),
    span("a", "", 0, 100),
    span("b", "a", 10, 60, service="inbox-sender", name="<POST>"),
    span("d", "b", 20, 20),
    span("e", "lost", 30, 40),
]


def test_what_follows_stands_below() -> None:
    """By the times at which they began; what nobody has told the beginning of stands at the left."""
    expected = [(0, "a"), (1, "b"), (2, "d"), (1, "c"), (0, "e")]
    assert expected == [(depth, each["span_id"]) for depth, each in rows(TRACE)]


def test_a_bar_is_as_long_as_the_work_took() -> None:
    """All of them in one measure; what took no time is seen too."""
    bars = [
        (float(x), float(width))
        for x, width in re.findall(r'<rect class="c\d" x="([0-9.]+)" y="\d+" width="([0-9.]+)"', waterfall("t", TRACE))
    ]

    whole = bars[0][1]
    assert [0, 0.1, 0.2, 0.6, 0.3] == [round((x - bars[0][0]) / whole, 2) for x, _ in bars]
    assert [1, 0.5, 0.1, 0.1] == [round(width / whole, 2) for _, width in (bars[0], bars[1], bars[3], bars[4])]
    assert 0 < bars[2][1] < 3


def test_words_stay_words() -> None:
    """Whatever a span is called."""
    drawn = waterfall("a & b", TRACE)
    assert "&lt;POST&gt;" in drawn
    assert "a &amp; b" in drawn
    assert 1 == drawn.count('class="moment"')


def test_ticks_are_round() -> None:
    """Some of them, up to the end."""
    assert [0, 25, 50, 75, 100] == ticks(100)
    assert [0, 100, 200, 300, 400] == ticks(430)
