"""What happened to a message, step by step, in words that may be shown to anybody: no text, no name, no phone."""

from typing import Literal

from pydantic import Field

from shared.contract.chat import Direction, Origin, View
from shared.contract.clock import Timestamp
from shared.contract.ids import NumberId

StepName = Literal[
    "written",
    "received",
    "clicked",
    "confirmed",
    "published",
    "stored",
    "announced",
    "claimed",
    "answered",
    "accepted",
    "unknown",
    "sent",
    "failed",
    "delivered",
    "read",
    "played",
    "edited",
    "revoked",
]


class GraphAnswer(View):
    """What Graph said, without its words: they may quote what was sent."""

    outcome: str | None = Field(default=None, description="what it means for the message: accepted, throttled, ...")
    http_status: int | None = None
    code: int | str | None = Field(default=None, description="Meta's code, or a word of ours for what never came")
    subcode: int | None = None
    fbtrace_id: str | None = Field(default=None, description="by which Meta's support finds the call")
    explanation: str | None = Field(default=None, description="our sentence for this code")


class Step(View):
    """One thing that happened."""

    name: StepName
    at: Timestamp
    clock: Literal["meta", "inbox"] | None = Field(
        default=None, description="whose clock `at` is from: Meta's counts whole seconds; absent if it may be either"
    )
    at_latest: bool | None = Field(
        default=None, description="true: when it was is not recorded, but by `at` it had happened"
    )
    attempt: int | None = None
    answer: GraphAnswer | None = None
    announced_at: Timestamp | None = Field(default=None, description="when browsers were told of it")


class Missing(View):
    """A step that must have happened, or may have, and of which nothing is known here."""

    name: StepName
    reason: Literal["not_recorded", "not_kept", "not_seen_yet"] = Field(
        description="nothing keeps it; it is no longer kept, or was lost with the store; no sign of it has come so far"
    )


class Timeline(View):
    """The ledger of one message. It can be shown to support as it is."""

    reference: str = Field(description="stands for the message's id, here and in the logs")
    wamid_reference: str | None = Field(default=None, description="stands for its wamid, which contains a phone")
    trace_id: str | None = Field(
        default=None, description="by which a tracing system finds it; absent while this process tells no traces"
    )
    number_id: NumberId
    direction: Direction
    origin: Origin
    type: str
    history: bool | None = None
    standby: bool | None = None
    unsigned: bool | None = None
    steps: list[Step]
    missing: list[Missing]
    next_attempt_at: Timestamp | None = None
    attempts_kept_days: int
    announcements_since: Timestamp | None = Field(
        default=None, description="what was announced before is not kept; absent while nothing is"
    )
    made_at: Timestamp
