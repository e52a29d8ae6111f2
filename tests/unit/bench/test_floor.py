"""The floor's table says of each side what it does as a share of the rates that are asked for."""

from bench.floor import shown
from bench.result import Turn


def turn(side: str, per_s: float) -> Turn:
    """A round of one side."""
    return Turn(
        side=side,
        per_s=per_s,
        counted=1,
        refused=0,
        took_s=1,
        cpu_us={side: 30.5, "rabbitmq": 20},
        cores={},
        p50_ms=1,
        p99_ms=1,
    )


def test_shares_are_told_round_by_round() -> None:
    """A round that was slow for both is none for either."""
    rates = {"express": (100.0, 10.0), "fastify": (200.0, 20.0), "checked": (50.0, 5.0)}
    rows = shown({side: [turn(side, each) for each in told] for side, told in rates.items()}).splitlines()

    assert "checked            28     30.5         20.0    0.50 [0.50, 0.50]    0.25 [0.25, 0.25]" == rows[-1]
    assert 4 == len(rows)
