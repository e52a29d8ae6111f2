"""What is promised of a profile of our own processes."""

import asyncio
from pathlib import Path

from bench.sampling import Recording, Samples

FOLDED = "run (asyncio/runners.py:118);handle (services/api/entrance.py:60) 3\n"


async def test_nobody_is_sampled_unless_it_is_wanted() -> None:
    """A sampled process is slower."""
    assert await Recording.of(["python", "-m", "services.ingest"], 1) is None


async def test_comparators_are_not_sampled(tmp_path: Path) -> None:
    """It is our time that is looked into."""
    Samples("g1", tmp_path).want()

    assert await Recording.of(["node", "bench/comparators/express.js"], 1) is None


async def test_a_program_becomes_a_picture_and_a_table(tmp_path: Path) -> None:
    """Several processes of one program are one; its time is that of the side, where that is one program."""
    samples = Samples("g1", tmp_path)
    samples.want()
    spy = await asyncio.create_subprocess_exec("true")
    for number in range(2):
        raw = tmp_path / "g1" / f"{number}.folded"
        raw.write_text(FOLDED)
        samples.recordings.append(Recording("ingest", raw, spy))
    samples.recordings.append(Recording("push", tmp_path / "never written", spy))
    await samples.recordings[0].end()
    picture, told = samples.written({"ours": 200.0, "redis": 7.0})

    assert "6 samples, 200 us" in told.read_text()
    assert "handle (services.api.entrance)" in picture.read_text()


async def test_what_an_earlier_profile_has_left_is_gone(tmp_path: Path) -> None:
    """Or two would be taken for one."""
    (tmp_path / "g1").mkdir()
    (tmp_path / "g1" / "push.svg").write_text("old")
    Samples("g1", tmp_path).want()

    assert [] == list((tmp_path / "g1").iterdir())
