"""Everything of the demo at the same time."""

from pathlib import Path

import pytest

from demo.children import ChildEnded
from demo.day import day
from demo.folders import InUse, held
from demo.options import Options


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """What is set where the demo is started."""
    monkeypatch.setenv("INBOX_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("INBOX_PORT", "0")
    monkeypatch.setenv("SIMULATOR_PORT", "0")
    return monkeypatch


@pytest.mark.usefixtures("shell")
async def test_it_tells_where_things_are_what_happens_and_what_came_of_it(capsys: pytest.CaptureFixture[str]) -> None:
    """And ends when its time is up; who wrote while it moved in is told as well."""
    await day(Options(for_s=2, plain=True))

    first, second, *others = capsys.readouterr().out.splitlines()
    assert first.startswith("open the inbox: http://127.0.0.1:")
    assert "#invite=" in first
    assert "API docs: http://127.0.0.1:" in second
    assert any("← María Fernández: ¡Hola!" in line for line in others)
    assert "messages came in" in others[-1]


async def test_nothing_is_started_where_another_demo_lives(shell: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Two would write over each other."""
    async with held(tmp_path / "demo"):
        with pytest.raises(InUse):
            await day(Options(for_s=2, plain=True))
    assert ["lock"] == [path.name for path in (tmp_path / "demo").iterdir()]


async def test_a_part_that_cannot_start_ends_it(shell: pytest.MonkeyPatch) -> None:
    """With its reason."""
    shell.setenv("SIMULATOR_SPEED", "fast")
    with pytest.raises(ChildEnded, match="SIMULATOR_SPEED"):
        await day(Options(for_s=2, plain=True))
