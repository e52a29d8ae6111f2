"""How a service is replaced, with a docker that writes down what it is asked."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tools.compose import Trouble
from tools.replacement import in_step, side_by_side

# `compose ps` tells the file `running`, and with --all also `gone`; `compose up` adds what `coming` holds to them.
DOCKER = """\
#!/bin/sh
cd "$(dirname "$0")" || exit 1
case "$*" in
  *" ps "*--all*) cat running gone ;;
  *" ps "*) cat running ;;
  *) echo "$*" >>asked ;;
esac
case "$*" in
  *" up "*) [ -e broken ] && { cat coming >>gone; exit 1; }; cat coming >>running ;;
esac
exit 0
"""


@pytest.fixture
def docker(tmp_path: Path) -> Callable[..., dict[str, str]]:
    """What is there at the beginning; the environment in which it is found."""

    def made(running: str = "", gone: str = "", coming: str = "") -> dict[str, str]:
        program = tmp_path / "docker"
        program.write_text(DOCKER)
        program.chmod(0o755)
        for name, text in (("running", running), ("gone", gone), ("coming", coming), ("asked", "")):
            (tmp_path / name).write_text("".join(f"{each}\n" for each in text.split()))
        return {**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}"}

    return made


def asked(tmp_path: Path) -> list[str]:
    """What docker was asked, without options that say how long to wait."""
    return [
        " ".join(
            word for word in line.split() if not word.startswith(("--wait", "--detach", "--no-build", "--no-deps"))
        )
        for line in (tmp_path / "asked").read_text().splitlines()
    ]


def test_new_ones_are_well_before_old_ones_go(docker: Callable[..., dict[str, str]], tmp_path: Path) -> None:
    """As many as there were, beside them; then the old ones, one after the other."""
    side_by_side("api", docker(running="old1 old2", coming="new1 new2"), known_after_s=0)

    expected = [
        "compose up --no-recreate --scale=api=4 api",
        "stop --time=30 old1",
        "rm old1",
        "stop --time=30 old2",
        "rm old2",
    ]
    assert expected == asked(tmp_path)


def test_new_ones_that_do_not_become_well_go_and_old_ones_are_untouched(
    docker: Callable[..., dict[str, str]], tmp_path: Path
) -> None:
    """Whoever asks does not notice."""
    environ = docker(running="old1", coming="new1")
    (tmp_path / "broken").touch()
    with pytest.raises(Trouble, match="api did not become healthy"):
        side_by_side("api", environ, known_after_s=0)

    assert ["compose up --no-recreate --scale=api=2 api", "rm --force new1"] == asked(tmp_path)


def test_what_has_ended_is_taken_away_first(docker: Callable[..., dict[str, str]], tmp_path: Path) -> None:
    """It would be started again in place of a new one."""
    side_by_side("push", docker(running="old1", gone="dead", coming="new1"), known_after_s=0)

    assert "rm --force dead" == asked(tmp_path)[0]


def test_what_does_not_run_is_started(docker: Callable[..., dict[str, str]], tmp_path: Path) -> None:
    """There is nothing to stand beside."""
    side_by_side("push", docker(coming="new1"), known_after_s=0)

    assert ["compose up --scale=push=1 push"] == asked(tmp_path)


def test_who_has_to_be_alone_is_replaced_in_its_place(docker: Callable[..., dict[str, str]], tmp_path: Path) -> None:
    """Stopped before its successor starts, which is what Compose does."""
    in_step("sender", docker(running="old1", gone="dead"))

    assert ["compose up --scale=sender=2 sender"] == asked(tmp_path)
