"""What a counter of deliveries is told, and what it tells when it is done."""

from typing import Literal

from pydantic import BaseModel, ConfigDict

# Each hundred sockets come from an address of their own, as so many offices would; so every limit stays as it is.
SOCKETS_PER_ADDRESS = 100
OPENING_AT_ONCE = 200


class Audience(BaseModel):
    """So many sockets of one side, and what each of them has to hear before it is over.

    In step: the next change is asked of the publisher when everybody has heard the last. In a burst: all at once. In a
    storm the clock runs from the first handshake, and nobody publishes. Idle ones only stay.
    """

    model_config = ConfigDict(frozen=True)

    port: int
    path: str
    protocol: str
    sockets: int
    hellos: list[str] = []  # the first frames, in turn, one for each hundred sockets; none where nobody asks for one
    ready: str = ""  # what comes once a socket hears everything; empty where that is so with the handshake
    kind: Literal["step", "burst", "storm", "idle"]
    changes: int = 0  # that each socket hears
    publisher: int = -1  # a pipe to whoever publishes: a byte for each change, or one for all of them
    heard_s_max: float = 20.0


class Heard(BaseModel):
    """What came of it: who heard which serials in which order, and how long each step took."""

    model_config = ConfigDict(frozen=True)

    deliveries: int
    took_s: float
    orders: list[tuple[int, list[int]]]  # how many sockets heard this
    steps: dict[str, int] = {}  # a histogram


class Press(BaseModel):
    """What a publisher is told: into our feed, or by HTTP."""

    model_config = ConfigDict(frozen=True)

    changes: int
    first: int
    lanes: int  # that publish at once, each when its last change is confirmed
    redis_url: str = ""
    workspace_id: str = ""
    port: int = 0
    path: str = ""


class Published(BaseModel):
    """The serials in the order of the feed where it has one, otherwise as they were confirmed."""

    model_config = ConfigDict(frozen=True)

    serials: list[int]
    is_ordered: bool
