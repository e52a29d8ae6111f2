"""The simulator's idea of now: real time plus however far it was wound forward."""

import time
from typing import Literal

# What webhooks are dated with after the clock was wound: `real` time, as if the customers' past had grown older, or
# the `wound` time, as from a Meta whose clock is ahead of ours.
WebhookTime = Literal["real", "wound"]


class Clock:
    """The 24-hour window and expiries follow it; delays do not, and webhooks only when they are told to."""

    def __init__(self) -> None:
        self.offset_s = 0.0

    def now(self) -> float:
        """Seconds since 1970, as everyone in the simulator sees them."""
        return time.time() + self.offset_s

    def dated(self, at: float, webhook_time: WebhookTime) -> int:
        """A time of ours as webhooks say it."""
        return int(at - self.offset_s if webhook_time == "real" else at)

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
