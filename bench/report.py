"""`make bench-report`: the table and the pictures of docs/performance.md, from the results that were kept."""

import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from bench import plot, result
from bench.histogram import Histogram
from bench.ratios import Estimate
from bench.result import Figure, Result
from bench.stage import Stage
from bench.stages import STAGES

PAGE = Path("docs/performance.md")
PICTURES = Path("docs/performance")
BEGIN, END = "<!-- results: written by `make bench-report` -->", "<!-- end of results -->"

# Beyond it others have used so much of the machine that only ratios and processor times are to be believed.
FOREIGN_CORES_MAX = 0.2
ASKED_BY_IT = frozenset(("g1", "g2", "g3", "g4", "g13"))  # stages whose requests the generator of G0 sends
ASKING = ("generator", "agents", "meta")  # whoever loads a stage
GROWTH = "Ten times as much of something must not make one event, delivery or page dearer:"
GENERATOR_CORES_MAX = 0.7  # a generator that is busier might be what is measured, and so might a counter
_WORDS = {"stretch": "**stretch reached**", "must": "must reached", "missed": "**missed**", "": ""}


def tables(stages: Sequence[Stage], results: dict[str, Result]) -> list[str]:
    """What is against others, then what happens when there is more of something."""
    against = [stage for stage in stages if not stage.grows]
    grows = [stage for stage in stages if stage.grows]
    return [table(against, results), *([GROWTH, table(grows, results)] if grows else [])]


def table(stages: Sequence[Stage], results: dict[str, Result]) -> str:
    """A row for each stage and figure that has a bar; what has not been measured says so."""
    rows = ["| # | stage | against | measured | must | stretch | |", "| --- | --- | --- | --- | --- | --- | --- |"]
    for stage in stages:
        found = results.get(stage.name)
        if found is None:
            rows.append(f"| {stage.name.upper()} | {stage.title} | {stage.against} | not measured yet | | | |")
            continue
        judged = [figure for figure in found.figures if figure.bar] or found.figures[:1]
        rows += [_row(stage, figure) for figure in judged]
    return "\n".join(rows)


def headroom(results: dict[str, Result]) -> str:
    """How much faster the generator can ask than anybody has answered; nothing while either is unknown."""
    asked = [
        turn.per_s
        for name, found in results.items()
        if name in ASKED_BY_IT
        for together in found.rounds
        for turn in together
        if turn.counted
    ]
    if "g0" not in results or not asked:
        return ""
    own = results["g0"].figures[0].median
    return f"The generator asks {own / max(asked):.1f} times as fast as the fastest side has ever answered."


def hearing(results: dict[str, Result]) -> str:
    """How busy the counter of deliveries was, at most; nothing where it has counted nothing."""
    busy = {
        name: max(turn.cores.get("counter", 0) for together in found.rounds for turn in together)
        for name, found in results.items()
        if any("counter" in turn.cores for together in found.rounds for turn in together)
    }
    told = ", ".join(f"{name.upper()} {cores:.2f}" for name, cores in busy.items())
    return f"The counter of deliveries kept a core busy by at most: {told}." if busy else ""


def _row(stage: Stage, figure: Figure) -> str:
    measured = f"{figure.name}: {_number(figure.median)} {figure.unit} [{_number(figure.low)}, {_number(figure.high)}]"
    sign = "≤" if figure.bar and figure.bar.at_most else "≥"
    must, stretch = (f"{sign} {figure.bar.must:g}", f"{sign} {figure.bar.stretch:g}") if figure.bar else ("", "")
    cells = (stage.name.upper(), stage.title, stage.against, measured, must, stretch, _WORDS[figure.verdict])
    return f"| {' | '.join(cells)} |"


def section(found: Result) -> str:
    """One stage in full: every figure, what disturbed it, its settings, its ledger, its pictures."""
    turns = [turn for pair in found.rounds for turn in pair]
    foreign = max((turn.cores.get("foreign", 0) for turn in turns), default=0)
    generator = max((turn.cores.get(name, 0) for turn in turns for name in ASKING), default=0)
    lines = [f"### {found.stage.upper()}: {found.title}", "", f"Against {found.against}.", ""]
    lines += [
        f"- {figure.name}: {_number(figure.median)} {figure.unit} [{_number(figure.low)}, {_number(figure.high)}]"
        for figure in found.figures
    ]
    lines += [f"- processor time of one, {side}: {spent}" for side, spent in _spent(found).items()]
    lines += [f"- {name}: {value}" for name, value in found.settings.items()]
    lines.append(f"- ledger: {found.ledger}")
    lines.append(f"- others used up to {foreign:.2f} cores, the generator up to {generator:.2f}")
    if foreign > FOREIGN_CORES_MAX:
        lines.append("- **the machine was not quiet: believe ratios and processor times, not rates and latencies**")
    if generator > GENERATOR_CORES_MAX and found.stage != "g0":
        lines.append("- **the generator was nearly as busy as it can be: this may be its own speed**")
    counter = max((turn.cores.get("counter", 0) for turn in turns), default=0)
    if counter > GENERATOR_CORES_MAX and found.stage != "g0-counter":
        lines.append("- **the counter was nearly as busy as it can be: this may be its own speed**")
    lines += ["", *(f"![{found.stage}]({PICTURES.name}/{name})" for name in pictures(found)), ""]
    told = ", ".join(f"{name} {value}" for name, value in found.machine.items())
    lines += [f"<sub>{told}</sub>", ""]
    return "\n".join(lines)


def pictures(found: Result) -> dict[str, str]:
    """File names, and what is in them."""
    drawn = {}
    if found.ratios:
        figure = found.figures[0]
        told = Estimate(figure.median, figure.low, figure.high)
        drawn[f"{found.stage}-rounds.svg"] = plot.rounds(figure.name, found.ratios, told, figure.bar)
    if found.latency:
        curves = {side: Histogram.from_json(kept).curve() for side, kept in found.latency.items()}
        drawn[f"{found.stage}-latency.svg"] = plot.latencies("answers that took no longer", curves)
    return drawn


def _spent(found: Result) -> dict[str, str]:
    """The processor time of every process by side, as the median of the rounds tells it."""
    sides = dict.fromkeys(turn.side for together in found.rounds for turn in together)
    return {
        side: ", ".join(f"{who} {_number(us)} us" for who, us in spent.items())
        for side in sides
        if (spent := found.spent_us(side))
    }


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def written(page: str, results: dict[str, Result]) -> str:
    """The page with new results between its marks."""
    before, _, rest = page.partition(BEGIN)
    _, mark, after = rest.partition(END)
    if not mark:
        raise ValueError(f"{PAGE} has lost its marks")
    parts = [
        *tables(STAGES, results),
        *filter(None, [headroom(results), hearing(results)]),
        *(section(results[stage.name]) for stage in STAGES if stage.name in results),
    ]
    return f"{before}{BEGIN}\n\n" + "\n\n".join(parts) + f"\n\n{END}{after}"


def main() -> int:
    """New results become the kept ones; stages that were not measured again stay as they are."""
    PICTURES.mkdir(exist_ok=True)
    results = {}
    for stage in STAGES:
        fresh = result.FOLDER / f"{stage.name}.json"
        if fresh.exists():
            shutil.copy(fresh, PICTURES)
        if (found := Result.kept(stage.name, PICTURES)) is not None:
            results[stage.name] = found
            for name, drawn in pictures(found).items():
                (PICTURES / name).write_text(drawn)
    PAGE.write_text(written(PAGE.read_text(), results))
    print(f"bench-report: {', '.join(results) or 'nothing'} measured; see {PAGE}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
