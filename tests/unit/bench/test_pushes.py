"""What is promised where a comparator of push is not on the machine: the stage says so, and is not silently easier."""

from pathlib import Path

from bench.pushes import bun, inbox, missing, nchan


def test_a_comparator_that_is_not_there_is_told_with_what_to_install(tmp_path: Path) -> None:
    """Nchan is two packages, and either may be missing."""
    there, absent = tmp_path / "there", tmp_path / "absent"
    there.touch()

    assert "libnginx-mod-nchan" in missing(nchan, nginx=there, module=absent)
    assert "nginx-light" in missing(nchan, nginx=absent, module=there)
    assert "Bun" in missing(bun, program=None)


def test_what_is_there_is_measured(tmp_path: Path) -> None:
    """Ours always."""
    there = tmp_path / "there"
    there.touch()

    assert "" == missing(nchan, nginx=there, module=there)
    assert "" == missing(bun, program=there)
    assert "" == missing(inbox, nginx=tmp_path / "absent", program=None)
