"""What push reads from the environment."""

from pydantic import Field

from shared.contract.feed import HEARTBEAT_S
from shared.peer import Proxies
from shared.settings import Port, Settings

KIB = 1024
MIB = 1024 * KIB


class PushSettings(Settings):
    """Limits of the live socket."""

    name = "inbox-push"
    port: Port = 8082

    # An idle socket costs about 3 KiB; what waits for slow ones is bounded below.
    sockets_max: int = Field(default=20_000, ge=1)
    # A token belongs to one browser, which has some tabs; integrations have some processes.
    sockets_per_token_max: int = Field(default=100, ge=1)
    # As many as a workspace may connect.
    numbers_per_socket_max: int = Field(default=1_000, ge=1)

    # Sockets that one address may ask for, and how many of them may come at once: an office behind one address comes
    # back together after a restart. Then how many may fail to show a good token within a minute.
    handshakes_per_s: float = Field(default=50.0, gt=0)
    handshakes_burst: int = Field(default=500, ge=1)
    hello_failures_per_minute: int = Field(default=60, ge=1)
    trusted_proxies: Proxies = ()

    hello_s_max: float = Field(default=5.0, gt=0)
    # A hello with a thousand numbers is about 70 KB; everything else is small.
    frame_bytes_max: int = Field(default=128 * KIB, ge=1 * KIB, le=1 * MIB)
    # A browser says pong every 20 s and subscribes now and then; the burst is one frame for each of many numbers.
    frames_per_s_max: float = Field(default=20.0, gt=0)
    frames_burst: int = Field(default=200, ge=1)

    heartbeat_s: float = Field(default=HEARTBEAT_S, gt=0)
    revoked_every_s: float = Field(default=2.0, gt=0)  # the promise is 5 s

    # What waits for a socket beside the kernel's own buffer: about 2,000 changes. Whoever is further behind resumes.
    queue_bytes_max: int = Field(default=2 * MIB, ge=1 * KIB)
    # A catching-up socket sets its own pace, but not for ever.
    stall_s_max: float = Field(default=30.0, gt=0)
    # For the last frames and the answer to a close; well below the time that a stopping process has.
    close_s_max: float = Field(default=5.0, gt=0)

    read_every_s: float = Field(default=5.0, gt=0)  # a hint may be lost
    page_length_max: int = Field(default=500, ge=1, le=1_000)
    page_bytes_max: int = Field(default=256 * KIB, ge=1 * KIB)
    # Sockets that come back together ask for the same pages: 16 MiB of them are kept.
    pages_kept_max: int = Field(default=64, ge=1)
    # Well below the connections of the process to Redis, so that neither tails nor resuming sockets starve the other.
    tail_reads_max: int = Field(default=16, ge=1)
    page_reads_max: int = Field(default=16, ge=1)
