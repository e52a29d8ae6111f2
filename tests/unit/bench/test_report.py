"""What is promised of the page that results are told on."""

from pathlib import Path

import pytest

from bench.ratios import estimate
from bench.report import BEGIN, END, GROWTH, headroom, hearing, pictures, section, table, tables, written
from bench.result import Bar, Figure, Result, Turn
from bench.stage import Bench, Stage
from bench.stages import STAGES


def _turn(side: str, **cores: float) -> Turn:
    return Turn(
        side=side,
        per_s=5000,
        counted=10,
        refused=0,
        took_s=1,
        cpu_us={side: 200, "rabbitmq": 100},
        cores={"foreign": 0.01, "generator": 0.1, **cores},
        p50_ms=1,
        p99_ms=2,
    )


def _result(**cores: float) -> Result:
    return Result(
        stage="g1",
        title="ingest",
        against="bare",
        figures=[Figure.of("ratio", "x", estimate([2.0, 2.1, 2.2]), Bar(must=2, stretch=3.5))],
        rounds=[[_turn("ours", **cores), _turn("bare")]] * 3,
        ratios=[2.0, 2.1, 2.2],
        latency={"ours": {"1": 1}},
        settings={"connections": "64"},
        machine={"cores": "2"},
        ledger="clean",
    )


def test_a_stage_is_a_row_with_its_bars_and_what_it_reaches() -> None:
    """Those that were not measured say so, and nothing else."""
    rows = table(STAGES, {"g1": _result()}).splitlines()

    assert any(row.startswith("| G1 |") and "2.1 x" in row and "must reached" in row for row in rows)
    assert any(row.startswith("| G2 |") and "not measured yet" in row for row in rows)


async def _never(stage: Stage, bench: Bench) -> Result:
    raise NotImplementedError


def test_growth_has_a_table_of_its_own() -> None:
    """After the one of what is against others."""
    against = Stage("g1", "ingest", "bare", _never)
    grows = Stage("g18", "ten times the numbers", "one tenth", _never, grows=True)
    first, words, second = tables([against, grows], {})

    assert GROWTH == words
    assert "G1 " in first
    assert "G18" not in first
    assert "G18" in second
    assert "G1 " not in second


def test_a_stage_without_rounds_in_turn_is_told_all_the_same() -> None:
    """One that counts bytes has none."""
    assert "- ledger: clean" in section(_result().model_copy(update={"rounds": [], "ratios": [], "latency": {}}))


def test_a_disturbed_machine_is_told() -> None:
    """Beside the figures that it has disturbed."""
    assert "not quiet" not in section(_result())
    assert "not quiet" in section(_result(foreign=0.9))


def test_a_busy_generator_is_told() -> None:
    """Its own speed must not pass for somebody else's."""
    assert "generator was nearly" not in section(_result())
    assert "generator was nearly" in section(_result(generator=0.9))


def test_those_who_load_the_whole_box_are_generators_too() -> None:
    """Agents and Meta."""
    assert "generator was nearly" in section(_result(agents=0.9))
    assert "generator was nearly" in section(_result(meta=0.9))


def test_a_busy_counter_is_told() -> None:
    """Except where it is the counter that is measured."""
    assert "counter was nearly" not in section(_result(counter=0.5))
    assert "counter was nearly" in section(_result(counter=0.9))
    assert "counter was nearly" not in section(_result(counter=0.9).model_copy(update={"stage": "g0-counter"}))


def test_how_busy_the_counter_was_is_told_of_every_stage_that_it_counted() -> None:
    """And of no other."""
    assert "G9 0.40." in hearing({"g1": _result(), "g9": _result(counter=0.4)})
    assert "" == hearing({"g1": _result()})


def test_a_comparator_that_was_skipped_is_told() -> None:
    """Beside the settings of its stage."""
    skipped = _result().model_copy(update={"settings": {"skipped": "there is no Bun for this machine; skipped"}})
    assert "- skipped: there is no Bun" in section(skipped)


def test_a_stage_tells_who_spent_what() -> None:
    """Of every process, beside its settings and its ledger."""
    told = section(_result())

    assert "ours: ours 200 us, rabbitmq 100 us" in told
    assert "- ledger: clean" in told
    assert "- connections: 64" in told
    assert all(name in told for name in pictures(_result()))


def test_how_far_the_generator_is_from_its_limits_is_told() -> None:
    """By its own stage, and the fastest round of any other."""
    alone = _result().model_copy(
        update={"stage": "g0", "figures": [Figure.of("at most", "/s", estimate([20_000.0]))], "ratios": []}
    )

    assert "4.0 times" in headroom({"g0": alone, "g1": _result()})
    assert "" == headroom({"g1": _result()})


def test_only_what_is_between_the_marks_is_written_anew() -> None:
    """Twice is as good as once."""
    page = f"before\n{BEGIN}\nold\n{END}\nafter\n"
    once = written(page, {"g1": _result()})

    assert once.startswith("before\n")
    assert once.endswith("\nafter\n")
    assert "old" not in once
    assert once == written(once, {"g1": _result()})


def test_a_page_without_marks_is_left_alone() -> None:
    """Rather than overwritten."""
    with pytest.raises(ValueError, match="marks"):
        written("before", {})


def test_the_page_of_the_project_has_its_marks() -> None:
    """Or no report could be written."""
    page = Path("docs/performance.md").read_text()

    assert 0 < page.find(BEGIN) < page.find(END)


@pytest.mark.parametrize("share", [0, 1, 2])
def test_every_stage_has_its_row_whichever_were_measured(share: int) -> None:
    """None, every other one, or all; those that were have a section as well."""
    measured = {
        stage.name: _result().model_copy(update={"stage": stage.name, "title": stage.title})
        for place, stage in enumerate(STAGES)
        if share and place % (3 - share) == 0
    }
    page = written(f"{BEGIN}{END}", measured)

    assert len(STAGES) - len(measured) == page.count("not measured yet")
    for stage in STAGES:
        assert page.count(f"| {stage.name.upper()} | {stage.title} |")
        assert (stage.name in measured) == (f"### {stage.name.upper()}: {stage.title}" in page)
