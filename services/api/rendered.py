"""Finished JSON of rows, remembered by the very bytes that it was made of: it cannot be out of date, only unused."""

import time
from collections.abc import Callable

# What a busy inbox shows at one time: some ten thousand messages with what they were made of.
BYTES_MAX = 32 * 1024 * 1024
# Nobody's words stay in memory for long after the last who looked at them, be it that they were erased meanwhile.
TURN_S = 60.0


class Rendered:
    """Two generations: what the younger does not have, and nobody has asked for since it began, goes with the older."""

    def __init__(
        self,
        bytes_max: int = BYTES_MAX,
        turn_s: float = TURN_S,
        clock_s: Callable[[], float] = time.monotonic,
    ) -> None:
        self._bytes_max = bytes_max // 2
        self._turn_s = turn_s
        self._clock_s = clock_s
        self._young: dict[tuple[str, bytes], bytes] = {}
        self._old: dict[tuple[str, bytes], bytes] = {}
        self._bytes = 0  # of the younger
        self._turned_s = clock_s()

    @property
    def bytes_held(self) -> int:
        """Of rows and what was made of them, about."""
        held = (self._young, self._old)
        return sum(len(row) + len(json) for generation in held for (_, row), json in generation.items())

    def holds(self, row: bytes) -> bool:
        """Whether it is remembered, wherever."""
        return any(row == held for generation in (self._young, self._old) for _, held in generation)

    def all(self, where: str, rows: list[bytes], render: Callable[[bytes], bytes]) -> list[bytes]:
        """Each row as JSON; `where` is everything else that `render` makes it of."""
        if self._bytes > self._bytes_max or self._clock_s() - self._turned_s > self._turn_s:
            self._turn()
        young = self._young
        found = []
        for row in rows:
            json = young.get((where, row))
            found.append(self._older(where, row, render) if json is None else json)
        return found

    def _older(self, where: str, row: bytes, render: Callable[[bytes], bytes]) -> bytes:
        key = (where, row)
        json = self._old.get(key)
        if json is None:
            json = render(row)
        self._young[key] = json
        self._bytes += len(row) + len(json)
        return json

    def _turn(self) -> None:
        # Two turns that are due at once leave nothing.
        idle = self._clock_s() - self._turned_s > 2 * self._turn_s
        self._old, self._young, self._bytes = {} if idle else self._young, {}, 0
        self._turned_s = self._clock_s()
