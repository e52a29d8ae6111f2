"""The folder of the demo: what was said, credentials and logs; one demo at a time lives in it."""

import fcntl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

LOCK = "lock"


class InUse(Exception):
    """Another demo lives there."""


@asynccontextmanager
async def held(folder: Path) -> AsyncIterator[Path]:
    """The folder, made if need be, for us alone; the lock ends with this process, however it ends."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (folder / LOCK).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise InUse(f"another demo is using {folder}: end it, or set INBOX_DATA_DIR") from None
        yield folder
