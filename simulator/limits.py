"""Meta's two speed limits as arithmetic: messages per second of a number, and one message per 6 s of a pair."""


class Bucket:
    """A virtual schedule (GCRA): each message costs `interval_s`, and up to `burst` may be borrowed from the future."""

    __slots__ = ("due",)

    def __init__(self) -> None:
        self.due = 0.0

    def take(self, now: float, interval_s: float, burst: int) -> bool:
        """Whether one more fits; a refused one costs nothing."""
        due = max(self.due, now)
        if due - now > interval_s * (burst - 1) + 1e-9:
            return False
        self.due = due + interval_s
        return True

    def count(self, now: float, interval_s: float) -> None:
        """Let one pass that is counted but never refused, as inbound messages are for a number's throughput."""
        self.due = max(self.due, now) + interval_s
