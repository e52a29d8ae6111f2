"""Requests that come when they come: what a side's answers take at a rate that is not its own choice."""

from bench.histogram import Histogram
from bench.load import Load
from bench.ratios import estimate
from bench.result import Bar, Figure, Turn
from bench.stage import Size

CONNECTIONS = 256  # far more than are ever busy: a request must not wait for one


def load(size: Size, port: int, path: str, first: int, per_s: float, seed: int) -> Load:
    """One round of it."""
    per_s *= size.pace
    return Load(
        port=port,
        path=path,
        first=first,
        count=round(per_s * size.paced_s),
        connections=CONNECTIONS,
        per_s=per_s,
        seed=seed,
    )


def figures(turns: list[Turn], latency: Histogram, p50: Bar | None, p99: Bar | None) -> list[Figure]:
    """By round, because one bad second of a shared machine must not decide; the curve of all rounds is plotted."""
    return [
        Figure.of("half of the answers within", "ms", estimate([turn.p50_ms for turn in turns]), p50),
        Figure.of("99 of 100 answers within", "ms", estimate([turn.p99_ms for turn in turns]), p99),
        *(
            Figure(name=f"{name}, all rounds together", unit="ms", median=ms, low=ms, high=ms)
            for name, ms in (("99.9 %", latency.quantile_ms(0.999)), ("the slowest", latency.quantile_ms(1.0)))
        ),
        Figure.of("answered per second", "/s", estimate([turn.per_s for turn in turns])),
    ]
