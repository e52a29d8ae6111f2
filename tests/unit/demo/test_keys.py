"""Credentials that the demo keeps."""

from pathlib import Path

from demo import keys
from demo.keys import Keys


def test_what_is_kept_is_read_again(tmp_path: Path) -> None:
    """By its owner only."""
    kept = Keys(session="s", token="t")
    keys.keep(tmp_path, kept)

    assert kept == keys.read(tmp_path)
    assert 0o600 == (tmp_path / keys.FILE).stat().st_mode & 0o777
    assert [keys.FILE] == [path.name for path in tmp_path.iterdir()]


def test_a_file_that_cannot_be_understood_counts_as_none(tmp_path: Path) -> None:
    """Everything is then made anew, with a verify token of its own."""
    for text in ("", "[]", '{"other": 1}'):
        (tmp_path / keys.FILE).write_text(text)
        found = keys.read(tmp_path)
        assert ("", "") == (found.session, found.token)
        assert found.verify_token
