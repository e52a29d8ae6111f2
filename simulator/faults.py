"""What goes wrong on cue: refusals, failures that come later, slow answers and lost ones."""

from collections.abc import Callable
from itertools import count
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

# error: refused with `code`. late: accepted, and `failed` with `code` later. delay: answered after `delay_s`.
# The rest lose the answer; with `accepted` the message is on its way all the same:
# close: the connection is cut instead of an answer. hang: nothing is answered for `delay_s` (30 s without one).
# html: an `http_code` page of HTML. half: headers and half the body, then cut. garbage: 200 without JSON.
# reset: the connection is cut before the body is read (never accepted; only a number can be told apart, no recipient).
Kind = Literal["error", "late", "delay", "close", "hang", "html", "half", "garbage", "reset"]
Call = Literal["send", "read", "lookup", "media", "any"]
FAULTS_MAX = 1_000


class Fault(BaseModel):
    """One thing that goes wrong: for the next `times` calls (None: until cleared), or by chance with `rate`."""

    model_config = ConfigDict(extra="forbid")

    id: int = 0
    kind: Kind
    code: int = Field(default=131000, ge=0)
    call: Call = "send"
    number_id: str | None = None
    recipient: str | None = None
    times: int | None = Field(default=None, ge=1)
    rate: float = Field(default=1.0, gt=0, le=1)
    accepted: bool = False
    delay_s: float = Field(default=0.0, ge=0, le=120)
    http_code: int = Field(default=502, ge=400, le=599)
    details: str = ""

    @model_validator(mode="after")
    def _reset_reads_nothing(self) -> Self:
        if self.kind == "reset" and (self.accepted or self.recipient is not None):
            raise ValueError("a reset comes before the body is read: it knows no recipient and accepts nothing")
        return self


class Faults:
    """The faults in force, oldest first; the first that fits is taken."""

    def __init__(self, happens: Callable[[float], bool]) -> None:
        self._happens = happens
        self._faults: list[Fault] = []
        self._ids = count(1)

    def __bool__(self) -> bool:
        return bool(self._faults)

    def add(self, fault: Fault) -> Fault:
        """Put a fault in force."""
        if len(self._faults) >= FAULTS_MAX:
            raise ValueError(f"no more than {FAULTS_MAX} faults")
        added = fault.model_copy(update={"id": next(self._ids)})
        self._faults.append(added)
        return added

    def all(self) -> list[Fault]:
        """The faults in force."""
        return list(self._faults)

    def remove(self, fault_id: int) -> bool:
        """Lift one."""
        kept = [f for f in self._faults if f.id != fault_id]
        lifted = len(kept) < len(self._faults)
        self._faults = kept
        return lifted

    def clear(self) -> None:
        """Lift all."""
        self._faults = []

    def take(self, call: Call, number_id: str, recipients: frozenset[str] = frozenset()) -> Fault | None:
        """The fault this call meets, used up once."""
        for fault in self._faults:
            if fault.call not in (call, "any") or fault.number_id not in (None, number_id):
                continue
            if fault.recipient is not None and fault.recipient not in recipients:
                continue
            if fault.kind == "reset" or not self._happens(fault.rate):
                continue
            return self._use(fault)
        return None

    def take_reset(self, number_id: str) -> Fault | None:
        """The connection cut this call meets before anything of it is read."""
        for fault in self._faults:
            if fault.kind == "reset" and fault.number_id in (None, number_id) and self._happens(fault.rate):
                return self._use(fault)
        return None

    def _use(self, fault: Fault) -> Fault:
        if fault.times is not None:
            fault.times -= 1
            if fault.times == 0:
                self.remove(fault.id)
        return fault
