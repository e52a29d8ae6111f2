"""What the simulator is told at start, by environment variables that begin with SIMULATOR_."""

from typing import Literal

from pydantic import Field, HttpUrl, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from simulator.tuning import Tuning


class Settings(Tuning, BaseSettings):
    """Read once; the dials of Tuning can be set here too (SIMULATOR_SPEED=10)."""

    model_config = SettingsConfigDict(env_prefix="SIMULATOR_", frozen=True, extra="ignore")

    host: str = "127.0.0.1"
    port: int = Field(default=8090, ge=0, le=65_535)
    # No seed means a fresh one at each start, so that a product whose memory outlives us never sees a wamid twice.
    seed: int | None = None
    profile: Literal["default", "top_tier"] = "default"

    # The one number that exists from the start; more come by the admin API.
    phone_number_id: str = "106540352242922"
    display_number: str = "15550783881"
    verified_name: str = "Lakeside Bakery"
    account_id: str = "102290129340398"
    access_token: SecretStr = SecretStr("simulated-access-token")
    app_id: str = "670843887433847"
    app_secret: SecretStr | None = SecretStr("simulated-app-secret")

    # Where webhooks go; without a URL they wait until one is set by the admin API.
    callback_url: str | None = None
    verify_token: SecretStr = SecretStr("simulated-verify-token")
    handshake_for_s: float = Field(default=60.0, ge=0, le=3600)

    # Our own page: where its link to the inbox leads, and a name other than this machine's under which it is opened.
    inbox_url: HttpUrl | None = None
    public_host: str | None = None

    # `demo`: a small cast that lives in scripts; `quiet`: the same people, but they do nothing by themselves.
    cast: Literal["demo", "quiet", "none"] = "quiet"

    # Bounds. A record of the ledger is about half a kilobyte, an update that waits about one.
    ledger_length_max: int = Field(default=50_000, ge=100)
    customers_max: int = Field(default=200_000, ge=10)
    backlog_updates_max: int = Field(default=200_000, ge=1_000)
    backlog_posts_max: int = Field(default=20_000, ge=10)
    media_bytes_max: int = Field(default=64 * 1024 * 1024, ge=1024)
    upload_bytes_max: int = Field(default=100 * 1024 * 1024, ge=1024)
    hang_s_max: float = Field(default=120.0, gt=0)

    def tuning(self) -> Tuning:
        """The dials as they stand at start."""
        chosen = self.model_dump(include=set(Tuning.model_fields) & self.model_fields_set)
        return Tuning.top_tier(**chosen) if self.profile == "top_tier" else Tuning(**chosen)
