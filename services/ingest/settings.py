"""What ingest reads from the environment."""

from pydantic import Field

from shared.settings import Port, Settings

MIB = 1024 * 1024


class IngestSettings(Settings):
    """Limits of the door that Meta knocks at."""

    name = "inbox-ingest"
    port: Port = 8081
    # Several processes may share the port; what one of them says of itself is then asked for at a port of its own.
    probe_port: Port | None = None

    # Meta sends up to 3 MB; a little more costs nothing.
    webhook_bytes_max: int = Field(default=4 * MIB, ge=1, le=16 * MIB)
    # Bodies in hand in one process; beyond it a 503, after which Meta comes again.
    webhook_room_bytes: int = Field(default=64 * MIB, ge=MIB)
    # Counted without the time that the body itself takes to arrive; the promise to Meta is 5 s.
    webhook_answer_s_max: float = Field(default=4.5, gt=0, le=5)
    # Larger bodies are worked on in a thread, so that the small ones do not wait for them.
    webhook_inline_bytes_max: int = Field(default=64 * 1024, ge=0)
