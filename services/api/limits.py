"""How many may wait in a long poll at once."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager


class Places:
    """Who may wait in a long poll: so many in all, so many per credential."""

    def __init__(self, in_all: int, per_credential: int) -> None:
        self._in_all = in_all
        self._per_credential = per_credential
        self._taken: Counter[str] = Counter()
        self._count = 0

    @contextmanager
    def place(self, digest: str) -> Iterator[bool]:
        """Holds a place while inside; False when there was none."""
        if self._count >= self._in_all or self._taken[digest] >= self._per_credential:
            if not self._taken[digest]:
                del self._taken[digest]
            yield False
            return
        self._count += 1
        self._taken[digest] += 1
        try:
            yield True
        finally:
            self._count -= 1
            self._taken[digest] -= 1
            if not self._taken[digest]:
                del self._taken[digest]
