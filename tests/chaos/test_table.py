"""The table of docs/reliability.md is made of results."""

from typing import Any

from tests.chaos.table import table


def result(seed: int, violations: list[dict[str, str]]) -> dict[str, Any]:
    """A run with one fault, twice."""
    row = {"fault": "kill -9: api", "written": 10, "clicked": 5, "recovered_s": 0.5}
    return {
        "seed": seed,
        "took_s": 1800.0,
        "rows": [row, {**row, "recovered_s": 1.5}],
        "skipped": {},
        "counts": {"written": 600, "clicked": 400, "webhooks": 900, "webhooks refused": 3, "changes": 5000},
        "violations": violations,
    }


def test_a_row_counts_runs_and_messages_and_tells_how_long_the_way_back_was() -> None:
    """Over all results."""
    told = table([result(1, []), result(2, [])])
    assert "| kill -9: api | 4 | 60 | 1.0 s | 1.5 s |" in told
    assert "2 runs (seeds 1, 2), 1.0 hours, 4 faults" in told


def test_what_was_found_is_told_also_when_it_was_nothing() -> None:
    """Lost, doubled and misordered are always there, others when there are any."""
    told = table([result(1, [{"kind": "lost", "what": ""}, {"kind": "stuck", "what": ""}]), result(2, [])])
    assert "| lost | 1 |" in told
    assert "| doubled | 0 |" in told
    assert "| stuck | 1 |" in told
