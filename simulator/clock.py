"""The simulator's idea of now: real time plus however far it was wound forward."""

import time


class Clock:
    """Timestamps and the 24-hour window follow it; delays do not."""

    def __init__(self) -> None:
        self.offset_s = 0.0

    def now(self) -> float:
        """Seconds since 1970, as everyone in the simulator sees them."""
        return time.time() + self.offset_s

    @staticmethod
    def monotonic() -> float:
        """Seconds for rate limits, which no winding can move."""
        return time.monotonic()

    def wind(self, seconds: float) -> None:
        """Move forward; time that has been seen in timestamps cannot be unseen, so never back."""
        if seconds < 0:
            raise ValueError("the clock only winds forward; reset() puts it right")
        self.offset_s += seconds

    def reset(self) -> None:
        """Back to real time."""
        self.offset_s = 0.0
