"""`python -m tests.chaos.table build/chaos/*.json`: the table of docs/reliability.md, from results of real runs."""

import json
import sys
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Any

PAGE = Path("docs/reliability.md")
BEGIN, END = "<!-- table: begin -->", "<!-- table: end -->"
PROMISED = ("lost", "doubled", "misordered")


def table(results: Sequence[dict[str, Any]]) -> str:
    """Faults x runs x messages, and what was found; pure."""
    rows: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for result in results:
        for row in result["rows"]:
            rows[row["fault"]].append(row)
    lines = [*_totals(results), "", "| fault | times | messages meanwhile | back after, median | at most |"]
    lines.append("| --- | ---: | ---: | ---: | ---: |")
    for name in sorted(rows):
        found = rows[name]
        messages = sum(row["written"] + row["clicked"] for row in found)
        back_s = [row["recovered_s"] for row in found]
        lines.append(f"| {name} | {len(found)} | {messages:,} | {median(back_s):.1f} s | {max(back_s):.1f} s |")
    skipped = sorted({f"{name}: {why}" for result in results for name, why in result["skipped"].items()})
    lines += [f"\nNot caused everywhere: {each}." for each in skipped]
    return "\n".join(lines)


def _totals(results: Sequence[dict[str, Any]]) -> list[str]:
    counts: dict[str, int] = defaultdict(int)
    for result in results:
        for name, count in result["counts"].items():
            counts[name] += count
    wrong = [each["kind"] for result in results for each in result["violations"]]
    told = {kind: wrong.count(kind) for kind in (*PROMISED, *sorted(set(wrong)))}
    seeds = ", ".join(str(result["seed"]) for result in sorted(results, key=lambda each: int(each["seed"])))
    hours = sum(result["took_s"] for result in results) / 3600
    faults = sum(len(result["rows"]) for result in results)
    return [
        f"{len(results)} runs (seeds {seeds}), {hours:.1f} hours, {faults:,} faults:",
        f"{counts['written']:,} messages and more than as many edits, reactions and statuses from Meta in"
        f" {counts['webhooks']:,} webhook calls ({counts['webhooks refused']:,} of them refused and sent again),"
        f" {counts['clicked']:,} clicks of agents, {counts['changes']:,} changes followed by browsers.",
        "",
        "| found | times |",
        "| --- | ---: |",
        *(f"| {kind} | {count:,} |" for kind, count in told.items()),
        f"| left to a person: nobody knows whether it was sent | {counts['left to a person']:,} |",
    ]


def main() -> int:
    """Put it between its marks."""
    results = [json.loads(Path(name).read_text()) for name in sys.argv[1:]]
    if not results:
        print("which results?", file=sys.stderr)
        return 2
    before, _, rest = PAGE.read_text().partition(BEGIN)
    after = rest.partition(END)[2]
    PAGE.write_text(f"{before}{BEGIN}\n{table(results)}\n{END}{after}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
