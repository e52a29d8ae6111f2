"""The embedded store: durable, alone in its folder, and never outlived by whoever stands on it."""

import asyncio
import os
import signal
from pathlib import Path

import pytest

from shared import embedded
from shared import redis as stores


async def test_what_was_answered_survives_a_kill(tmp_path: Path) -> None:
    """The write is in the file before the answer; that it is on the disk too, only a power cut could show."""

    async def stand() -> None:
        async with embedded.running(tmp_path) as url:
            redis = stores.connect(url)
            await redis.set("kept", "yes")
            await redis.aclose()
            os.kill(int((tmp_path / "valkey.pid").read_text()), signal.SIGKILL)
            await asyncio.sleep(30)

    with pytest.raises(embedded.EmbeddedStoreFailed, match="has ended"):
        await stand()
    async with embedded.running(tmp_path) as url:
        redis = stores.connect(url)
        assert b"yes" == await redis.get("kept")
        await redis.aclose()


async def test_it_is_alone_in_its_folder(tmp_path: Path) -> None:
    """Two servers on one append-only file would destroy it."""
    async with embedded.running(tmp_path):
        with pytest.raises(embedded.EmbeddedStoreFailed, match="in use"):
            async with embedded.running(tmp_path):
                pass


async def test_it_is_gone_afterwards(tmp_path: Path) -> None:
    """And an exception inside comes out as it is."""
    address = ""

    async def stand() -> None:
        nonlocal address
        async with embedded.running(tmp_path) as address:
            assert await embedded.answers(address)
            raise KeyError

    with pytest.raises(KeyError):
        await stand()
    assert not await embedded.answers(address)


async def test_a_deep_folder_is_no_obstacle(tmp_path: Path) -> None:
    """A socket's path may be 108 bytes long, a folder's longer."""
    deep = tmp_path / ("d" * 60) / ("e" * 60)

    async with embedded.running(deep) as url:
        assert await embedded.answers(url)
