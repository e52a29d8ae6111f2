"""Phone numbers that misbehave by themselves, so that any failure can be had without an admin call.

    +1555 0 CCCCCC   refused with Graph code CCCCCC (six digits or more, zeros in front: +15550131047, +15550000190)
    +1555 1 CCCCCC   accepted, and `failed` with that code a moment later
    +1555 2 CCCCCC   the first message is refused with that code, later ones are accepted
    +1555 3 00KAAA   the answer is lost: K is 1 close, 2 hang, 3 html, 4 half, 5 garbage; AAA is 001 when the message
                     was accepted all the same, 000 when not (+15553002001: accepted, then nothing is ever answered)
    +1555 4 MMMMMM   answers after that many milliseconds
    +1555 5 00000H   statuses: 1 offline for good, 2 never reads, 3 chat open (no `delivered`), 4 reversed,
                     5 `sent` before the answer, 6 every status three times, 7 sent then failed,
                     8 failed then delivered, 9 no status at all

A BSUID `US.CODE131026` is refused with that code, `US.LATE131026` fails later. Whoever is magic has an open window.
"""

import re

from simulator.customer import Habit
from simulator.faults import Fault, Kind

PREFIX = "1555"
_BSUID = re.compile(r"[A-Z]{2}\.(CODE|LATE)(\d{1,7})")
_LOST: dict[str, Kind] = {"1": "close", "2": "hang", "3": "html", "4": "half", "5": "garbage"}
_HABITS: dict[str, Habit] = {
    "3": "chat_open",
    "4": "reversed",
    "5": "early",
    "6": "thrice",
    "7": "dropped",
    "8": "late_delivery",
    "9": "silent",
}


def is_magic(phone: str | None) -> bool:
    """Whether a number is of this scheme: +1 555, one digit of kind 0 to 5, six or seven digits."""
    return phone is not None and phone.startswith(PREFIX) and len(phone) in (11, 12) and phone[4] in "012345"


def is_magic_bsuid(bsuid: str | None) -> bool:
    """Whether a BSUID spells a code."""
    return bsuid is not None and _BSUID.fullmatch(bsuid) is not None


def fault(phone: str | None, bsuid: str | None, attempts: int) -> Fault | None:
    """What goes wrong with a message to this recipient, who was sent to `attempts` times before."""
    if bsuid and (spelled := _BSUID.fullmatch(bsuid)):
        return Fault(kind="error" if spelled[1] == "CODE" else "late", code=int(spelled[2]))
    if phone is None or not is_magic(phone):
        return None
    rest = phone[5:]
    match phone[4]:
        case "0":
            return Fault(kind="error", code=int(rest))
        case "1":
            return Fault(kind="late", code=int(rest))
        case "2" if attempts == 0:
            return Fault(kind="error", code=int(rest))
        case "3" if rest[2] in _LOST:
            return Fault(kind=_LOST[rest[2]], accepted=rest.endswith("1"))
        case "4":
            return Fault(kind="delay", delay_s=min(int(rest) / 1000, 120.0))
        case _:
            return None


def habit(phone: str) -> Habit | None:
    """How statuses to this number behave."""
    return _HABITS.get(phone[-1]) if _of_statuses(phone) else None


def offline(phone: str) -> bool:
    """Whether this phone never has coverage."""
    return _of_statuses(phone) and phone[-1] == "1"


def never_reads(phone: str) -> bool:
    """Whether this phone has read receipts off."""
    return _of_statuses(phone) and phone[-1] == "2"


def _of_statuses(phone: str) -> bool:
    return is_magic(phone) and phone[4] == "5"
