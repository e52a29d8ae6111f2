"""The folder of the demo."""

from pathlib import Path

import pytest

from demo import folders


async def test_one_demo_at_a_time_lives_in_a_folder(tmp_path: Path) -> None:
    """The next one is told what to do about it, and may come when the first is over."""
    folder = tmp_path / "new" / "demo"
    async with folders.held(folder):
        assert 0o700 == folder.stat().st_mode & 0o777
        with pytest.raises(folders.InUse, match="INBOX_DATA_DIR"):
            async with folders.held(folder):
                pass

    async with folders.held(folder) as again:
        assert folder == again
