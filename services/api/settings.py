"""What the api process is told at start, beside what every process knows."""

import ipaddress
from typing import Annotated

from pydantic import BeforeValidator, Field
from pydantic_settings import NoDecode

from services.api.peer import Network
from shared.settings import Settings


def _networks(value: object) -> object:
    if not isinstance(value, str):
        return value
    try:
        return tuple(ipaddress.ip_network(part.strip(), strict=False) for part in value.split(",") if part.strip())
    except ValueError:
        raise ValueError("needs a comma list of addresses or networks such as 10.0.0.0/8") from None


class ApiSettings(Settings):
    """Limits of the HTTP API."""

    rate_per_s: float = Field(default=100, gt=0, le=100_000)  # requests of one credential, per api process
    rate_burst: int = Field(default=300, ge=1, le=1_000_000)
    join_failures_per_minute: int = Field(default=10, ge=1, le=10_000)  # wrong join keys and invites of one peer
    trusted_proxies: Annotated[tuple[Network, ...], NoDecode, BeforeValidator(_networks), Field(max_length=100)] = ()
    long_polls_max: int = Field(default=1_000, ge=1, le=100_000)  # waiting at once in this process
    long_polls_per_credential_max: int = Field(default=20, ge=1, le=10_000)  # a browser needs one per number
    doctor_remembered_s: float = Field(default=5, ge=0, le=3_600)  # what Graph said of a number to the connect doctor
