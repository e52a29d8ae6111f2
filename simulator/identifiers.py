"""Ids in the shapes Meta gives them, drawn from a seeded source."""

import base64
import string
from random import Random

INBOUND = b"\x12"
OUTBOUND = b"\x11"
_ALPHABET = string.ascii_letters + string.digits + "_-"


def wamid(address: str, direction: bytes, ids: Random) -> str:
    """`wamid.` and base64 of a small record that embeds the other side's number, as seen in Meta's own samples."""
    embedded = address.encode("ascii", "replace")[:127]
    unique = b"%018X" % ids.getrandbits(72)
    record = b"\x1c\x18" + bytes([len(embedded)]) + embedded + b"\x15\x02\x00" + direction + b"\x18"
    return "wamid." + base64.b64encode(record + bytes([len(unique)]) + unique + b"\x00").decode()


def bsuid(country: str, ids: Random) -> str:
    """A business-scoped id: country, dot, digits (business-scoped-user-ids)."""
    return f"{country}.{ids.randrange(10**19, 10**20)}"


def media_id(ids: Random) -> str:
    """Sixteen digits."""
    return str(ids.randrange(10**15, 10**16))


def trace_id(ids: Random) -> str:
    """What Graph calls fbtrace_id."""
    return "A" + "".join(ids.choices(_ALPHABET, k=22))


def digits(number: str) -> str:
    """A phone number without anything but its digits."""
    return "".join(c for c in number if c in string.digits)
