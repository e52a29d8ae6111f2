"""How much memory processes hold."""

import os

from bench import memory


def test_what_is_held_is_counted() -> None:
    """Pages count once they are written to; a quarter of them is left to whatever else happens meanwhile."""
    before_kib = memory.held_kib(os.getpid())
    kept = b"x" * (64 * 1024 * 1024)
    assert memory.held_kib(os.getpid()) - before_kib > 48 * 1024
    assert kept
