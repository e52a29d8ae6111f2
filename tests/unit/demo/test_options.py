"""The command line of the demo."""

import pytest

from demo.options import Options, read


def test_nothing_need_be_said() -> None:
    """Until Ctrl-C, on the screen if there is one."""
    assert Options(for_s=None, plain=False) == read([])


def test_it_can_end_by_itself_and_speak_plainly() -> None:
    """What tests and pipes ask for."""
    assert Options(for_s=1.5, plain=True) == read(["--for", "1.5", "--plain"])


@pytest.mark.parametrize("wrong", [["--for", "0"], ["--for", "soon"], ["--fast"]])
def test_what_cannot_be_understood_ends_with_code_2(wrong: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """And with a line that names it."""
    with pytest.raises(SystemExit) as ended:
        read(wrong)

    assert 2 == ended.value.code
    assert wrong[0] in capsys.readouterr().err
