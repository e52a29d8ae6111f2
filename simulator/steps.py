"""The small scripts customers follow, as plain JSON: write, wait for an answer, react, edit, lose signal."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter


class _Step(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Write(_Step):
    """Send a text, or any content or sample of samples.py; with `quote`, as a reply to the last answer."""

    do: Literal["write"] = "write"
    text: str | None = None
    sample: str | None = None
    content: dict[str, Any] | None = None
    quote: bool = False
    hours_ago: float = Field(default=0, ge=0)


class Wait(_Step):
    """Do nothing for a while, in seconds before speed."""

    do: Literal["wait"] = "wait"
    for_s: float = Field(ge=0, le=86_400)


class AwaitAnswer(_Step):
    """Go on when the business has answered, or after `for_s`."""

    do: Literal["await_answer"] = "await_answer"
    for_s: float = Field(default=3_600, gt=0, le=86_400)


class React(_Step):
    """Put an emoji on the business's last message; an empty one takes it away."""

    do: Literal["react"] = "react"
    emoji: str = "👍"


class Edit(_Step):
    """Change the text of the customer's own last message."""

    do: Literal["edit"] = "edit"
    text: str


class Revoke(_Step):
    """Delete the customer's own last message for everyone."""

    do: Literal["revoke"] = "revoke"


class LoseSignal(_Step):
    """No coverage for a while; what the business sends waits."""

    do: Literal["lose_signal"] = "lose_signal"
    for_s: float = Field(gt=0, le=86_400)


class Repeat(_Step):
    """Begin again, this often."""

    do: Literal["repeat"] = "repeat"
    times: int = Field(default=1, ge=1, le=1_000)


Step = Annotated[Write | Wait | AwaitAnswer | React | Edit | Revoke | LoseSignal | Repeat, Field(discriminator="do")]
STEPS: TypeAdapter[tuple[Step, ...]] = TypeAdapter(tuple[Step, ...])
