"""What a generator is told, and what it tells when it is done."""

from typing import Any

from pydantic import BaseModel, ConfigDict

from bench.histogram import Histogram

READY, OVER = "ready", "over"  # what a generator says before and after its load


class Load(BaseModel):
    """So many requests, as fast as answers come or as they are due."""

    model_config = ConfigDict(frozen=True)

    port: int
    path: str
    first: int  # the serial of the first one
    step: int = 1  # from one serial to the next
    count: int
    connections: int
    per_s: float | None = None  # None: each connection asks again as soon as it is answered
    seed: int = 1
    answer_s_max: float = 30.0
    updates: int = 0  # messages in each webhook, with serials that follow one another; 0 for the usual mix, one in each
    text: str = ""  # of each of these; one of its own, unless told
    secrets: list[str] = []  # instead of webhooks, GET the path, with each of these credentials in turn


class Clicks(Load):
    """Sends by the api, to customers in turn, each by an agent in turn."""

    customers: int


class Journey(Load):
    """Webhooks, and one browser that has to hear of each; times count until it has."""

    live_port: int
    live_path: str
    protocol: str = ""
    hello: str = ""  # its first frame, if it has to say something
    ready: str  # what it hears when it will hear everything


class Told(BaseModel):
    """What came of it; `refused` are the serials that were not answered 200."""

    model_config = ConfigDict(frozen=True)

    count: int
    took_s: float
    refused: list[int]
    codes: dict[int, int]
    latency: dict[str, int]  # from when a request was due to its last byte
    sizes: dict[int, int] = {}  # how many answers had so many bytes, where something is read
    lag: dict[str, int]  # from when it was due to when it was sent: waiting for a connection, or for the generator

    @property
    def answered(self) -> int:
        """How many were answered 200."""
        return self.count - len(self.refused)

    @property
    def per_s(self) -> float:
        """Answered in a second."""
        return self.answered / self.took_s

    def quantiles_ms(self, *quantiles: float) -> list[float]:
        """Of the latency."""
        latency = Histogram.from_json(self.latency)
        return [latency.quantile_ms(each) for each in quantiles]

    def as_json(self) -> dict[str, Any]:
        """As it is kept."""
        return self.model_dump(mode="json")
