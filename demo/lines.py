"""The same inbox without a terminal: one line per event."""

import asyncio
from collections.abc import Callable, Sequence
from typing import TextIO

from demo import wording


class Lines:
    """Writes at once, so that a pipe sees each line as it happens."""

    def __init__(self, out: TextIO, header: Sequence[str]) -> None:
        self._out = out
        for line in header:
            self._write(line)

    def tell(self, line: str) -> None:
        """One event."""
        self._write(f"{wording.now().astimezone():%H:%M:%S}  {line}")

    async def run(self, opened: Callable[[], tuple[str | None, bool]]) -> None:
        """There is nothing to draw."""
        await asyncio.Event().wait()

    def _write(self, line: str) -> None:
        self._out.write(f"{line}\n")
        self._out.flush()
