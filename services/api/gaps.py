"""Signs that a message exists which chat state does not hold: what each sign is, and when it counts. Pure.

A sign is nothing of its own: it is there while something was reported of a message and the message is not. So it goes
when the message comes, in any order and after any repeats, and after 7 days with the reports themselves.
"""

from dataclasses import dataclass
from typing import Literal

from services.api.records import MessageRecord

# ours: our sender told of the message. claimed: a status carries an id that may be one of ours, which the request
# ledger knows. elsewhere: a status of what another app has sent. named: a reaction, an edit or a deletion is about it.
# quoted: somebody answered it.
Sign = Literal["ours", "claimed", "elsewhere", "named", "quoted"]

REMEMBERED_MAX = 1000  # of each sign and number, the oldest; more are told as so many: enough to see what is wrong
# Meta sends the message and what is about it apart from each other, in any order, and again after minutes where it was
# not taken at once: only what is missing for longer is a gap.
GRACE_S = 15 * 60.0


@dataclass(frozen=True, slots=True)
class Missing:
    """How many messages are missing for longer than the grace, and when the latest of them was noticed."""

    ours: int = 0
    elsewhere: int = 0
    named: int = 0
    quoted: int = 0
    latest_ms: int = 0


def sign(early: MessageRecord | None) -> Sign | None:
    """What the reports of a message without a row are a sign of; None for what another app merely claims."""
    if early is None:
        return None
    trace = early.trace
    if trace is not None and trace.sent_here:
        return "ours"
    if early.statuses:
        return "claimed" if trace is not None and trace.callback else "elsewhere"
    if early.reactions or early.edited or early.revoked_ms is not None:
        return "named"
    return "quoted" if trace is not None and trace.quoted else None
