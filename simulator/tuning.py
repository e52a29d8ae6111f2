"""The dials that may be turned while the simulator runs: speeds, limits, and how webhooks are delivered."""

from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field

from simulator.clock import WebhookTime


class Tuning(BaseModel):
    """Every dial with its default; all of them can be set by environment and changed by the admin API."""

    model_config = ConfigDict(extra="forbid", validate_assignment=True)

    # People. Delays of customers (typing, reading, coverage) are divided by `speed`; timestamps are not touched.
    speed: float = Field(default=1.0, gt=0, le=1_000_000)

    # Graph. Meta's documented limits: 80 messages per second and number, in and out together (cloud-api/overview,
    # "throughput"); one message per 6 s and pair with a burst of 45 (same page, "pair rate limits"). 0 switches off.
    latency_s: float = Field(default=0.0, ge=0, le=60)
    throughput_per_s: int = Field(default=80, ge=0, le=100_000)
    pair_interval_s: float = Field(default=6.0, ge=0, le=3600)
    pair_burst: int = Field(default=45, ge=1, le=10_000)
    # What a free-form message outside the 24 hours gets: an error at once, a `failed` status later, or nothing.
    window: Literal["refuse", "late", "off"] = "refuse"

    # Webhooks. What they are dated with once the clock was wound (clock.py).
    webhook_time: WebhookTime = "real"
    # Meta puts up to 1,000 updates in a body of up to 3 MB, signs it, and repeats it with growing pauses for up to
    # 7 days on anything but 200 (webhooks/overview). What arrives while all posts are in flight is gathered.
    batch_max: int = Field(default=100, ge=1, le=1_000)
    batch_wait_s: float = Field(default=0.0, ge=0, le=60)
    # How a batch is laid out: one change per update, neighbours merged into one value, or either by chance.
    batch_shape: Literal["changes", "values", "mixed"] = "mixed"
    concurrency: int = Field(default=32, ge=1, le=1_024)
    duplicate_rate: float = Field(default=0.0, ge=0, le=1)
    disorder_rate: float = Field(default=0.0, ge=0, le=1)
    disorder_delay_s: float = Field(default=2.0, ge=0, le=600)
    # `escaped` is what Meta's encoder puts on the wire (\u00e9 and \/), `utf8` is what newer stacks send.
    body_encoding: Literal["escaped", "utf8"] = "escaped"
    signature: Literal["valid", "none", "wrong", "malformed"] = "valid"
    webhook_timeout_s: float = Field(default=10.0, gt=0, le=120)
    # Pauses between attempts: 1, 2, 4 ... 600 s, with a fifth of jitter; divide all four by choosing smaller figures.
    retry_delay_s: float = Field(default=1.0, gt=0, le=3600)
    retry_factor: float = Field(default=2.0, ge=1, le=10)
    retry_delay_s_max: float = Field(default=600.0, gt=0, le=86_400)
    retry_for_s: float = Field(default=7 * 86_400.0, gt=0, le=30 * 86_400)

    @classmethod
    def top_tier(cls, **dials: Any) -> Self:
        """Meta's fastest number: 1,000 messages per second, impatient customers, many posts in flight."""
        fast = {"throughput_per_s": 1_000, "pair_interval_s": 0.0, "concurrency": 64, "batch_max": 100, "speed": 20.0}
        return cls(**{**fast, **dials})
