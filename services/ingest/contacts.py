"""Who a part is about: identifiers from wherever Meta puts them, names from the value's contact cards."""

import re
from collections.abc import Callable

from services.ingest.document import Fields, Json
from services.ingest.parts import Card, IdentityUpdate, Message, Sync, System, at_ms
from services.ingest.payload import Value, text
from services.ingest.scene import Scene
from shared.contract.events import AccountReported, ContactIdentified, Identity

_PHONE = re.compile(r"\+?[0-9][0-9 ().-]*")
_NOT_DIGIT = re.compile(r"[^0-9]")
# A BSUID is a country, a dot and an opaque rest; a parent one says ENT in between. Some payloads put one in `from`.
_BSUID = re.compile(r"[A-Z]{2}\.(?P<parent>ENT\.)?[0-9A-Za-z.]+")

Member = Callable[[Fields], None]


def identity(
    wa_id: str | None,
    user_id: str | None = None,
    parent_user_id: str | None = None,
    name: str | None = None,
    username: str | None = None,
) -> Identity:
    """The identifiers in our spelling: phone digits without +, and a BSUID is one wherever it stood."""
    if wa_id and not (wa_id.isascii() and wa_id.isdigit()):
        bsuid = _BSUID.fullmatch(wa_id)
        if bsuid and bsuid["parent"]:
            wa_id, parent_user_id = None, parent_user_id or wa_id
        elif bsuid:
            wa_id, user_id = None, user_id or wa_id
        elif _PHONE.fullmatch(wa_id):
            wa_id = _NOT_DIGIT.sub("", wa_id)
    return Identity(
        user_id=user_id or None,
        parent_user_id=parent_user_id or None,
        wa_id=wa_id or None,
        name=name or None,
        username=username or None,
    )


class Directory:
    """The contact cards of one value, found by any identifier: Meta promises no order."""

    def __init__(self) -> None:
        self._cards: list[Identity] = []
        self._by_identifier: dict[str, Identity] = {}
        self._by_words: dict[tuple[str | None, str | None, str | None], Identity] = {}
        self._met: set[int] = set()

    def add(self, part: Fields) -> None:
        """Read one card."""
        card = Card.read(part)
        profile = card.profile
        known = identity(
            card.wa_id,
            card.user_id,
            card.parent_user_id,
            profile.name if profile else None,
            profile.username if profile else None,
        )
        self._cards.append(known)
        identifiers = known.identifiers
        for identifier in identifiers:
            self._by_identifier.setdefault(identifier, known)
        if identifiers and self._by_identifier[identifiers[0]] is known:
            self._by_words.setdefault((card.wa_id, card.user_id, card.parent_user_id), known)

    def same(self, wa_id: str | None, user_id: str | None, parent_user_id: str | None) -> Identity | None:
        """The card that names its contact in these very words, as it mostly does: `complete` would come to it, too."""
        card = self._by_words.get((wa_id, user_id, parent_user_id))
        if card is not None:
            self._met.add(id(card))
        return card

    def complete(self, told: Identity) -> Identity:
        """The identity with what its card adds; identifiers of the part itself win over the card's."""
        if not self._cards:
            return told
        card = next((c for i in told.identifiers if (c := self._by_identifier.get(i)) is not None), None)
        if card is None:
            return told
        self._met.add(id(card))
        if _adds_nothing(told, card):
            return card
        return Identity(
            user_id=told.user_id or card.user_id,
            parent_user_id=told.parent_user_id or card.parent_user_id,
            wa_id=told.wa_id or card.wa_id,
            name=told.name or card.name,
            username=told.username or card.username,
        )

    def only(self) -> Identity | None:
        """The one card there is, for a part that says nothing of whom it is with."""
        if len(self._cards) != 1:
            return None
        self._met.add(id(self._cards[0]))
        return self._cards[0]

    def unmet(self) -> list[Identity]:
        """Cards that belong to no part of the value and yet tell something of a contact."""
        return [
            card
            for card in self._cards
            if id(card) not in self._met
            and card.identifiers
            and (len(card.identifiers) > 1 or card.name or card.username)
        ]


def _adds_nothing(told: Identity, card: Identity) -> bool:
    """Whether whatever the part says is what its card says, as it mostly is."""
    return (
        told.user_id in (None, card.user_id)
        and told.wa_id in (None, card.wa_id)
        and told.parent_user_id in (None, card.parent_user_id)
        and told.name in (None, card.name)
        and told.username in (None, card.username)
    )


def directory(scene: Scene, value: Value, outer: Directory | None = None) -> Directory:
    """The cards of a value; what a value inside another leaves out is looked up in the outer one."""
    if outer is not None and "contacts" not in value.lists:
        return outer
    cards = Directory()
    if "contacts" in value.lists:
        scene.each(value.lists["contacts"], "contacts", cards.add)
    return cards


def changed(scene: Scene, message: Message, part: Fields) -> None:
    """What a system message says of a contact's identity: new identifiers and the ones before (META 3.1)."""
    system = System.read(part)
    new = identity(system.wa_id or system.new_wa_id, system.user_id, system.parent_user_id)
    if not new.identifiers:
        return  # such as customer_identity_changed: another device, the same person
    # Payloads before August 2026 name no previous identifiers: then the message is from the old identity.
    sender = identity(system.customer or message.from_, message.from_user_id, message.from_parent_user_id)
    old = identity(
        sender.wa_id,
        system.previous_user_id or sender.user_id,
        system.previous_parent_user_id or sender.parent_user_id,
    )
    _identified(scene, new, old, at_ms(message.timestamp, scene.received_ms))


def updated(scene: Scene) -> Member:
    """Entries of user_id_update."""

    def tell(part: Fields) -> None:
        update = IdentityUpdate.read(part)
        own, parent = update.user_id, update.parent_user_id
        new = identity(update.wa_id, own.current if own else None, parent.current if parent else None)
        old = identity(None, own.previous if own else None, parent.previous if parent else None)
        _identified(scene, new, old, at_ms(update.timestamp, scene.received_ms))

    return tell


def synced(scene: Scene) -> Member:
    """Changes of the phone's address book: a name for a contact."""

    def tell(part: Fields) -> None:
        sync = Sync.read(part)
        known = sync.contact
        named = identity(known.phone_number, known.user_id, None, known.full_name or known.first_name, known.username)
        if sync.type not in (None, "contact") or sync.action not in ("add", "edit") or not named.identifiers:
            # A removed contact keeps the name it had: an agent still wants to know who wrote.
            scene.tell(
                AccountReported,
                field=scene.change.field,
                account_id=scene.change.account_id,
                value={"state_sync": [part]},
            )
            return
        when = sync.metadata.timestamp
        happened_ms = scene.received_ms if when is None else at_ms(when, scene.received_ms)
        scene.tell(ContactIdentified, contact=named, at_ms=happened_ms)

    return tell


def introduce(scene: Scene, cards: Directory) -> None:
    """Tell of cards that came without a message or a status of their contact."""
    for card in cards.unmet():
        scene.tell(ContactIdentified, contact=card, at_ms=scene.received_ms)


def thread_identity(name: str | None, context: Json) -> Identity:
    """Whom a thread of a history import is with; newer ones say more than the identifier that names the thread."""
    told = context if isinstance(context, dict) else {}
    return identity(
        name or text(told.get("wa_id")),
        text(told.get("user_id")),
        text(told.get("parent_user_id")),
        username=text(told.get("username")),
    )


def _identified(scene: Scene, new: Identity, old: Identity, happened_ms: int) -> None:
    before = Identity(
        user_id=old.user_id if old.user_id != new.user_id else None,
        parent_user_id=old.parent_user_id if old.parent_user_id != new.parent_user_id else None,
        wa_id=old.wa_id if old.wa_id != new.wa_id else None,
    )
    previous = before if before.identifiers else None
    if previous is not None or len(new.identifiers) > 1:
        scene.tell(ContactIdentified, contact=new, previous=previous, at_ms=happened_ms)
