"""What erasing answers: what was removed where, what ends later by itself, and what is not ours to remove."""

from datetime import date

from pydantic import Field

from shared.contract.chat import Complete, View
from shared.contract.clock import Timestamp
from shared.contract.ids import ContactId


class Erased(View):
    """How much was removed from where."""

    messages: int = 0
    conversations: int = 0
    changes: int = Field(default=0, description="entries of the change feed")
    parked: int = Field(default=0, description="events that waited for the number to be connected")
    dead_letters: int = 0
    sends: int = Field(default=0, description="messages that waited to be sent, and never will be")


class Receipt(Complete):
    """Proof of an erasure, for whoever asked for it; 202 in place of 200 says that it has not come to its end yet."""

    always = ("archive_until",)

    erased_at: Timestamp
    contact_id: ContactId | None = Field(default=None, description="absent when a whole number was erased")
    removed: Erased
    archive_until: date | None = Field(default=None, description="when the archive drops its last copy; null: no copy")
    remains: list[str] = Field(description="what is left elsewhere, and what to do about it, in plain words")
