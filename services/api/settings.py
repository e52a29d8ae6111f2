"""What the api process is told at start, beside what every process knows."""

from pydantic import Field

from shared.peer import Proxies
from shared.settings import Settings


class ApiSettings(Settings):
    """Limits of the HTTP API."""

    name = "inbox-api"
    rate_per_s: float = Field(default=100, gt=0, le=100_000)  # requests of one credential, per api process
    rate_burst: int = Field(default=300, ge=1, le=1_000_000)
    join_failures_per_minute: int = Field(default=10, ge=1, le=10_000)  # wrong join keys and invites of one peer
    trusted_proxies: Proxies = ()
    long_polls_max: int = Field(default=1_000, ge=1, le=100_000)  # waiting at once in this process
    long_polls_per_credential_max: int = Field(default=20, ge=1, le=10_000)  # a browser needs one per number
    doctor_remembered_s: float = Field(default=5, ge=0, le=3_600)  # what Graph said of a number to the connect doctor
