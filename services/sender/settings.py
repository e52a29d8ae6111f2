"""What the sender reads from the environment."""

from pydantic import Field

from services.sender.pace import Rates
from shared.settings import Port, Settings


class SenderSettings(Settings):
    """Limits of the way to Graph; Meta's own are META 6."""

    port: Port = 8084  # health only

    # Deliveries in hand: those that wait for up to a second and those that are being called. At Meta's 80 a second and
    # a fifth of a second an answer, one busy number needs about a hundred of them.
    sends_in_hand_max: int = Field(default=256, ge=1, le=2048)
    # What one number may have of them, so that there is always room for another's.
    sends_of_number_max: int = Field(default=192, ge=1, le=2048)
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
