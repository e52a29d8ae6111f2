"""What the sender reads from the environment."""

from pydantic import Field

from services.sender.pace import Rates
from shared.settings import Port, Settings


class SenderSettings(Settings):
    """Limits of the way to Graph; Meta's own are META 6."""

    name = "inbox-sender"
    port: Port = 8084  # health only

    # Deliveries in hand: those that wait for up to a second and a half, and those that are being called. Without a
    # figure as many as one busy number needs: two seconds of its rate, and no fewer than 256.
    sends_in_hand_max: int | None = Field(default=None, ge=1, le=4096)
    # What one number may have of them, so that there is always room for another's: three quarters without a figure.
    sends_of_number_max: int | None = Field(default=None, ge=1, le=4096)
    # What Meta allows a number in a second, in and out together: 80, on request 1,000; 20 for those that are on a phone
    # too.
    sends_per_s: float = Field(default=80.0, gt=0, le=1000)
    # One message in 6 s to one customer, after a burst of 45.
    pair_step_s: float = Field(default=6.0, gt=0, le=3600)
    pair_burst: int = Field(default=45, ge=1, le=1000)
    # Graph answers in well under a second; a slower answer is believed lost.
    graph_deadline_s: float = Field(default=10.0, gt=0, le=11)
    # How often parked sends are looked at: whether they have expired, or may go.
    parked_sweep_s: float = Field(default=15.0, gt=0, le=3600)

    @property
    def rates(self) -> Rates:
        """The limits of pacing."""
        return Rates(self.sends_per_s, self.pair_step_s, self.pair_burst)

    @property
    def in_hand_max(self) -> int:
        """Deliveries in hand at once."""
        return self.sends_in_hand_max or max(256, int(2 * self.sends_per_s))

    @property
    def of_number_max(self) -> int:
        """Of one number."""
        return self.sends_of_number_max or max(1, 3 * self.in_hand_max // 4)

    @property
    def of_crowd_max(self) -> int:
        """Of one number out of its crowd, beside those: a second of its rate, so that those have their slots soon."""
        return max(1, self.of_number_max // 2)
