"""From Meta's changes to our events, in Meta's order; within a value messages come before statuses."""

from collections.abc import Callable
from functools import partial

from services.ingest import contacts, messages, statuses
from services.ingest.contacts import Directory
from services.ingest.messages import Told
from services.ingest.payload import Change, Value, value_of
from services.ingest.scene import Body, Scene
from shared.contract.events import AccountReported, Event, Signature

_TELLERS: tuple[tuple[str, Callable[[Told], contacts.Member]], ...] = (
    ("user_id_update", lambda told: contacts.updated(told.scene)),
    ("state_sync", lambda told: contacts.synced(told.scene)),
    ("history", lambda told: told.chunk),
    ("messages", lambda told: told.inbound),
    ("message_echoes", lambda told: told.echoed),
    ("calls", lambda told: partial(messages.called, told.scene, told.cards)),
)

_TOLD_ELSEWHERE = {"contacts", "statuses"}


def translate(change: Change, signature: Signature, body: Body) -> list[Event]:
    """The events of one change; never raises, whatever Meta wrote."""
    scene = Scene(body, change, signature)
    if change.problem is not None:
        scene.set_aside(change.problem, change.raw)
    elif change.is_conversational:
        value = value_of(change.value)
        scene.display_number = value.display_number
        _converse(scene, value, standby=change.field == "standby")
        _report_rest(scene, value)
    else:
        scene.tell(AccountReported, field=change.field, account_id=change.account_id, value=change.value)
    return scene.events


def _converse(scene: Scene, value: Value, *, standby: bool, outer: Directory | None = None) -> None:
    field = scene.change.field
    cards = contacts.directory(scene, value, outer)
    origin = "phone_app" if field in ("smb_message_echoes", "history") and not standby else "api"
    if not value.lists.keys() <= _TOLD_ELSEWHERE:
        told = Told(scene, cards, history=field == "history", standby=standby, origin=origin)
        for key, teller in _TELLERS:
            if key in value.lists:
                scene.each(value.lists[key], key, teller(told))
    if value.standby is not None:
        _converse(scene, value.standby, standby=True, outer=cards)
    if "statuses" in value.lists:
        scene.each(value.lists["statuses"], "statuses", partial(statuses.reported, scene, cards))
    for key, held in value.odd.items():
        scene.set_aside(f"{key}: not a list", {key: held})
    if cards is not outer:
        contacts.introduce(scene, cards)


def _report_rest(scene: Scene, value: Value) -> None:
    """Errors of the number, hand-over summaries, and whatever Meta adds tomorrow."""
    if not value.rest and value.standby is None:
        return
    rest = {**value.rest, **({"standby": inner} if value.standby and (inner := value.standby.rest) else {})}
    if rest:
        scene.tell(AccountReported, field=scene.change.field, account_id=scene.change.account_id, value=rest)
