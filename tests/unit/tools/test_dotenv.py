"""The secrets of the stack: made once, never changed, and read by nobody else."""

import stat
from pathlib import Path

from shared.settings import Settings
from tools import dotenv


def test_what_is_missing_is_made_once(tmp_path: Path) -> None:
    """A second time nothing changes: RabbitMQ would not take another password, and no other key opens the store."""
    path = tmp_path / ".env"
    assert sorted(dotenv.MADE) == sorted(dotenv.completed(path))
    first = path.read_text()

    assert [] == dotenv.completed(path)
    assert first == path.read_text()


def test_nobody_else_reads_it(tmp_path: Path) -> None:
    """From its first byte on, and also when it was there with other rights."""
    path = tmp_path / ".env"
    path.write_text("INBOX_LOG_LEVEL=debug")
    path.chmod(0o644)
    dotenv.completed(path)
    assert 0o600 == stat.S_IMODE(path.stat().st_mode)
    path.chmod(0o644)
    dotenv.completed(path)
    assert 0o600 == stat.S_IMODE(path.stat().st_mode)


def test_what_stands_there_stays(tmp_path: Path) -> None:
    """Also without an end of its last line; what is empty counts as missing."""
    path = tmp_path / ".env"
    path.write_text("# mine\nREDIS_PASSWORD='kept as it is'\nINBOX_JOIN_KEY=\nINBOX_LOG_LEVEL=debug")
    made = dotenv.completed(path)
    found = dotenv.read(path)

    assert "REDIS_PASSWORD" not in made
    assert "INBOX_JOIN_KEY" in made
    assert ("kept as it is", "debug") == (found["REDIS_PASSWORD"], found["INBOX_LOG_LEVEL"])
    assert path.read_text().startswith("# mine\n")


def test_two_installations_share_nothing_and_the_settings_take_them(tmp_path: Path) -> None:
    """No two secrets are the same, and the key is one that the processes accept."""
    values: list[str] = []
    for name in ("one", "two"):
        dotenv.completed(tmp_path / name)
        values += [dotenv.read(tmp_path / name)[each] for each in dotenv.MADE]

    assert len(values) == len(set(values))
    key = dotenv.read(tmp_path / "one")["INBOX_SECRET_KEYS"]
    assert 1 == len(
        Settings.model_validate({"redis_url": "redis://h", "amqp_url": "streams", "secret_keys": key}).keys()
    )
