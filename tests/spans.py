"""Whoever listens at the door of traces in a test: what was told, instead of a collector."""

from collections.abc import Iterator
from contextlib import contextmanager

from shared import tracing
from shared.tracing import Span, subject

KEY = b"k" * 32


class Listener(list[Span]):
    """Every span in the order in which they ended."""

    def tell(self, span: Span) -> None:
        """One more."""
        self.append(span)


@contextmanager
def listening(sampled: int = subject.RATIO_ALL) -> Iterator[Listener]:
    """The door is open; so many of all traces are sampled."""
    listener = Listener()
    tracing.open_door(listener, subject.Subjects(KEY, sampled), "rabbitmq")
    try:
        yield listener
    finally:
        tracing.close_door()
