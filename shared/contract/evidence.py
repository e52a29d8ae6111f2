"""What webhooks prove of a number's connection: when one of each kind came last, and the account that Meta named."""

from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel, ConfigDict

# How a webhook stood to the number's app secret: signed with it; with one that it replaced; not checked, because there
# is none; held, because the number is not connected; refused for want of a signature; refused for a wrong one. What was
# held is checked when the number is connected: then it is released or buried, at the time of the check.
Kind = Literal["verified", "superseded", "unsigned", "unchecked", "missing", "mismatch", "released", "buried"]
# What a webhook was about.
WebhookKind = Literal["messages", "statuses", "echoes", "history", "standby", "account", "unrecognised"]
REFUSED: frozenset[Kind] = frozenset(("missing", "mismatch"))


@dataclass(frozen=True, slots=True)
class Seen:
    """One webhook; `secret_ms` is when the app secret that it was held against was set, which tells it from others."""

    kind: Kind
    secret_ms: int = 0


class Evidence(BaseModel):
    """Times are milliseconds since 1970, to the minute within which the last of its kind came; None is never."""

    model_config = ConfigDict(frozen=True)

    verified: int | None = None
    superseded: int | None = None
    unsigned: int | None = None
    unchecked: int | None = None
    missing: int | None = None
    mismatch: int | None = None
    released: int | None = None
    buried: int | None = None
    secrets: dict[Kind, int] = {}
    account_id: str | None = None
    came: dict[WebhookKind, int] = {}

    def judged(self, kind: Kind, secret_ms: int) -> int:
        """When the last of a kind came, if it was held against this app secret; 0 is never."""
        return (getattr(self, kind) or 0) if self.secrets.get(kind, 0) == secret_ms else 0

    @property
    def taken_ms(self) -> int:
        """When a webhook about the number was last taken in; 0 is never."""
        return max(at or 0 for at in (self.verified, self.superseded, self.unsigned, self.unchecked))
