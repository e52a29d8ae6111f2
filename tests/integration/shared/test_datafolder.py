"""The data folder: a key and a store of our own where none is set, kept for the next start."""

import asyncio
import os
import stat
from pathlib import Path

import pytest

from shared import datafolder
from shared import redis as stores
from shared.settings import Settings, SettingsError, load


@pytest.fixture(autouse=True)
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A machine where only the data folder is set."""
    for name in list(os.environ):
        if name.startswith("INBOX_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("INBOX_DATA_DIR", str(tmp_path / "data"))
    return tmp_path / "data"


async def test_without_settings_there_is_a_store_a_key_and_no_rabbitmq(folder: Path) -> None:
    """And what was stored is there at the next start, with the same key."""
    async with datafolder.opened() as given:
        settings = load(Settings, **given)
        assert settings.amqp_url is None
        first = settings.keys()
        redis = stores.connect(settings.redis_url)
        await redis.set("kept", "yes")
        await redis.aclose()

    async with datafolder.opened() as given:
        settings = load(Settings, **given)
        assert first == settings.keys()
        redis = stores.connect(settings.redis_url)
        assert b"yes" == await redis.get("kept")
        await redis.aclose()
    assert 0o600 == stat.S_IMODE((folder / "secret.key").stat().st_mode)
    assert 0o700 == stat.S_IMODE(folder.stat().st_mode)


async def test_what_is_set_is_used_each_by_itself(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """A Redis of one's own without RabbitMQ, and the other way round."""
    monkeypatch.setenv("INBOX_REDIS_URL", "redis://elsewhere")
    async with datafolder.opened() as given:
        settings = load(Settings, **given)
    assert ("redis://elsewhere", None) == (settings.redis_url, settings.amqp_url)
    assert not (folder / "store").exists()

    monkeypatch.delenv("INBOX_REDIS_URL")
    monkeypatch.setenv("INBOX_AMQP_URL", "amqp://elsewhere")
    monkeypatch.setenv("INBOX_PORT", "9000")
    async with datafolder.opened() as given:
        settings = load(Settings, **given)
    assert settings.redis_url.startswith("unix://")
    assert ("amqp://elsewhere", "http://127.0.0.1:9000") == (settings.amqp_url, settings.public_url)


async def test_a_command_makes_nothing(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """In the wrong folder it says what is missing, instead of working on an empty store."""
    with pytest.raises(SettingsError, match="INBOX_SECRET_KEYS: is missing"):
        async with datafolder.reached():
            pass
    datafolder.secret_key(folder)
    with pytest.raises(SettingsError, match="INBOX_REDIS_URL: is missing"):
        async with datafolder.reached():
            pass
    assert ["secret.key"] == [path.name for path in folder.iterdir()]

    monkeypatch.setenv("INBOX_REDIS_URL", "redis://elsewhere")
    async with datafolder.reached() as given:
        assert "redis://elsewhere" == load(Settings, **given).redis_url


async def test_two_processes_on_one_folder_are_refused_in_one_line(folder: Path) -> None:
    """Two servers on one append-only file would destroy it."""
    async with datafolder.opened():
        with pytest.raises(SettingsError, match=r"^INBOX_DATA_DIR: .* in use"):
            async with datafolder.opened():
                pass


async def test_a_command_reaches_the_store_of_the_running_process(folder: Path) -> None:
    """And, when none runs, the store itself: an operator can always let someone back in."""
    async with datafolder.opened() as given, datafolder.reached() as reached:
        assert given == reached

    async with datafolder.reached() as reached:
        redis = stores.connect(reached["redis_url"])
        assert await redis.ping()
        await redis.aclose()


async def test_processes_that_make_the_key_at_the_same_time_agree(folder: Path) -> None:
    """All take what the first has made."""
    made = await asyncio.gather(*(asyncio.to_thread(datafolder.secret_key, folder) for _ in range(16)))

    assert {datafolder.secret_key(folder)} == set(made)
    assert ["secret.key"] == [path.name for path in folder.iterdir()]


@pytest.mark.parametrize("text", ["", "short", "not base64 ä"])
def test_a_damaged_key_file_is_refused_and_never_replaced(folder: Path, text: str) -> None:
    """A new key in its place would lose every credential."""
    folder.mkdir()
    (folder / "secret.key").write_text(text)

    with pytest.raises(SettingsError, match=r"^INBOX_DATA_DIR: .*secret\.key"):
        datafolder.secret_key(folder)
    assert text == (folder / "secret.key").read_text()


async def test_a_folder_that_cannot_be_used_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A file in its place."""
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("INBOX_DATA_DIR", str(tmp_path / "file" / "data"))

    with pytest.raises(SettingsError, match=r"^INBOX_DATA_DIR: "):
        async with datafolder.opened():
            pass
