"""A conversation as it is stored: who the contact is, what was read, what is last; and how two threads become one.

State hangs on an internal thread id; every identifier a contact ever had is an alias of it, and `contact_id` is
derived when read, so learning or changing an identifier rewrites no message.
"""

import re
from typing import Literal

from services.api.records import Record
from shared.contract.chat import Contact, Preview
from shared.contract.events import Identity
from shared.contract.ids import ContactId, ThreadId
from shared.contract.trusted import trusted

Kind = Literal["user_id", "parent_user_id", "wa_id", "erased"]

_NAMING: tuple[Kind, ...] = ("user_id", "wa_id", "parent_user_id")  # what a contact is called by, first to last

_BSUID = re.compile(r"[A-Z]{2}\.(?!ENT\.)")
_PARENT = re.compile(r"[A-Z]{2}\.ENT\.")


class Known(Record):
    """One identifier: what kind it is, and when it was last seen in use.

    `own_ms` leaves out what reports about messages say: they come long after what they are about, and so tell nothing
    of whether the contact is still there after an erasure.
    """

    kind: Kind
    at_ms: int
    own_ms: int = 0


class Told(Record):
    """An attribute as last told; a later telling wins, and any by the contact wins over a report's."""

    text: str
    at_ms: int
    own: bool = True


class ThreadRecord(Record):
    """All that is known of one conversation; the fields after `revision` are derived at each commit."""

    id: ThreadId
    since_ms: int  # the earliest fact: of two threads found to be one, the earlier lives on
    identifiers: dict[str, Known] = {}
    name: Told | None = None
    username: Told | None = None
    read_up_to: str = ""  # arrival key: the furthest of all read markers
    read_ms: int = 0
    unread_ms: int = 0  # when an agent last marked it unread
    last_inbound_ms: int | None = None
    erased_ms: int = 0  # nothing from then or before is kept
    revision: int = 0  # grows with every commit that touches the thread or its messages
    unread: int = 0
    last_activity_ms: int | None = None
    preview: Preview | None = None

    @property
    def contact_id(self) -> ContactId:
        """The newest BSUID by event time, else the newest wa_id, else a parent BSUID."""
        for kind in _NAMING:
            name = self._newest_of(kind)
            if name is not None:
                return ContactId(name)
        return ContactId(self.id)

    @property
    def aliases(self) -> list[ContactId]:
        """Every other identifier; each keeps working."""
        current = self.contact_id
        return [ContactId(n) for n in sorted(self.identifiers) if n != current and n[0] != "#"]

    @property
    def phone(self) -> str | None:
        """The newest wa_id, as digits."""
        return self._newest_of("wa_id")

    def _newest_of(self, kind: Kind) -> str | None:
        newest: tuple[int, str] | None = None
        for name, known in self.identifiers.items():
            if known.kind == kind and name[0] != "#":  # never what stands for an erased one
                seen = (known.at_ms, name)
                newest = seen if newest is None or seen > newest else newest
        return newest[1] if newest else None

    @property
    def marked_unread(self) -> bool:
        """Whether an agent wants it to stand out, later than anyone read it."""
        return self.unread_ms > self.read_ms

    @property
    def contact(self) -> Contact:
        """What people are shown of who it is."""
        phone = self.phone
        return trusted(
            Contact,
            name=self.name.text if self.name else None,
            phone=f"+{phone}" if phone else None,
            username=self.username.text if self.username else None,
        )


def kind_of(identifier: str) -> Kind:
    """What an identifier is by its form: BSUIDs begin with a country and a dot (META 3.1)."""
    if _PARENT.match(identifier):
        return "parent_user_id"
    return "user_id" if _BSUID.match(identifier) else "wa_id"


def known(identity: Identity, at_ms: int, *, own: bool = True) -> ThreadRecord:
    """The facts of one webhook about a contact, as a record to join; its id is not meant to be kept.

    What the contact did, or somebody to it, is its `own`; what a report about a message mentions is not.
    """
    own_ms = at_ms if own else 0
    named: tuple[tuple[str | None, Kind], ...] = (
        (identity.user_id, "user_id"),
        (identity.parent_user_id, "parent_user_id"),
        (identity.wa_id, "wa_id"),
    )
    return trusted(
        ThreadRecord,
        id=ThreadId(""),
        since_ms=at_ms,
        identifiers={name: trusted(Known, kind=kind, at_ms=at_ms, own_ms=own_ms) for name, kind in named if name},
        name=trusted(Told, text=identity.name, at_ms=at_ms, own=own) if identity.name else None,
        username=trusted(Told, text=identity.username, at_ms=at_ms, own=own) if identity.username else None,
    )


def join(a: ThreadRecord, b: ThreadRecord) -> ThreadRecord:
    """What both know of the same contact; `a` keeps its id, its revision and what is derived at commit."""
    return a.model_copy(
        update={
            "since_ms": min(a.since_ms, b.since_ms),
            "identifiers": _newest(a.identifiers, b.identifiers),
            "name": _latest(a.name, b.name),
            "username": _latest(a.username, b.username),
            "read_up_to": max(a.read_up_to, b.read_up_to),
            "read_ms": max(a.read_ms, b.read_ms),
            "unread_ms": max(a.unread_ms, b.unread_ms),
            "last_inbound_ms": max(a.last_inbound_ms or 0, b.last_inbound_ms or 0) or None,
            "erased_ms": max(a.erased_ms, b.erased_ms),
        }
    )


def join_known(a: Known, b: Known) -> Known:
    """What both know of one identifier."""
    first, second = (a.at_ms, a.kind != "erased", a.kind), (b.at_ms, b.kind != "erased", b.kind)
    newest, older = (a, b) if first >= second else (b, a)
    return newest if newest.own_ms >= older.own_ms else newest.model_copy(update={"own_ms": older.own_ms})


def _newest(a: dict[str, Known], b: dict[str, Known]) -> dict[str, Known]:
    return {n: join_known(a[n], b[n]) if n in a and n in b else a.get(n) or b[n] for n in sorted({*a, *b})}


def _latest(a: Told | None, b: Told | None) -> Told | None:
    if a is None or b is None:
        return a or b
    return a if (a.own, a.at_ms, a.text) >= (b.own, b.at_ms, b.text) else b
