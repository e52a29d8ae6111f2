"""How a conversation over a socket ends: the close codes of the contract."""

import enum


class Code(enum.IntEnum):
    """What we close with; 1011 is the standard's own, for a defect of ours."""

    BAD_FRAME = 4400
    NOT_AUTHENTICATED = 4401
    NOT_ALLOWED = 4403
    TOO_SLOW = 4408
    TOO_MANY = 4429
    RESTARTING = 1012
    DEFECT = 1011


class Refused(Exception):
    """The conversation is over; the reason is short (a close frame holds 123 bytes), and repeats nothing that came."""

    def __init__(self, code: Code, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason
