"""What is plain is told in the very bytes of the general way, whatever stands in it; and what is usual is plain."""

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.ingest import document, plain, webhook
from services.ingest.signature import Admission
from shared.contract.ids import NumberId, WorkspaceId
from tests.payloads import bodies
from tests.unit.services.ingest.tales import RECEIVED_MS

W, NUMBER = WorkspaceId("w"), NumberId(bodies.NUMBER)
OURS = "0b7c2f5e-9a51-4d3e-8a0e-2f6d1c9b7a10"
BSUID = "BR.10293847561029384756"

anything: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=5,
)


def one_of(*usual: Any) -> st.SearchStrategy[Any]:
    """Each of these is plain."""
    return st.sampled_from(usual)


def fields(required: dict[str, Any], optional: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    """An object of these."""
    return st.fixed_dictionaries(required, optional=optional)


@st.composite
def values(draw: st.DrawFn) -> dict[str, Any]:
    """Texts of one contact and statuses about it, with its card or without."""
    whom = draw(fields({}, {"wa_id": one_of(bodies.CONTACT, "1"), "user_id": one_of(BSUID)}))
    about = {f"recipient_{name.replace('wa_', '')}": held for name, held in whom.items()}
    status = fields(
        {
            "id": one_of("wamid.A"),
            "status": one_of("sent", "delivered", "read", "played"),
            "timestamp": one_of("1785000005", "0", "1785000005000", "999999999999999"),
            **{name: st.just(held) for name, held in about.items()},
        },
        {
            "type": one_of("message"),
            "biz_opaque_callback_data": one_of(OURS, OURS.upper()),
            "errors": one_of(None),
            "pricing": one_of({"billable": True, "none": None}, {"rate": 1e22, "big": 2**64}) | anything,
            "new": anything,
        },
    )
    profile = fields({}, {"name": one_of("Ana", '\u00e9\n\u2028\u007f"\\'), "username": one_of("ana"), "new": anything})
    card = fields({name: st.just(held) for name, held in whom.items()}, {"profile": profile, "new": anything})
    metadata = {"phone_number_id": NUMBER, "display_phone_number": draw(st.none() | st.text())}
    text = fields(
        {
            "id": one_of("wamid.A"),
            "timestamp": one_of("1785000005", "0", "999999999999999"),
            "type": one_of("text"),
            "text": fields({"body": st.text()}, {}),
            **{f"from_{name}".replace("_wa_id", ""): st.just(held) for name, held in whom.items()},
        },
        {},
    )
    texts = draw(st.lists(text, max_size=2)) if whom else []
    value = bodies.value() | {"metadata": metadata} | ({"messages": texts} if texts else {})
    statuses = draw(st.lists(status, min_size=0 if texts else 1, max_size=3))
    if statuses:
        value["statuses"] = statuses
    if whom:
        value["contacts"] = draw(st.lists(card, max_size=1))
    return value


changes = st.lists(values().map(bodies.change), min_size=1, max_size=2)
entries = fields({"id": one_of("77", "../me", ""), "changes": changes}, {"time": anything})
documents = fields({"entry": st.lists(entries, min_size=1, max_size=2)}, {"object": anything})

# What may stand somewhere instead, or beside it; nothing at all is among them.
GONE = object()
CARD = {"wa_id": "1", "profile": {"name": "Bo"}}
ODD: tuple[Any, ...] = (
    *(GONE, None, True, 1785000005, 1.5, "", "1e9", "+1", "failed", "deleted", "message", "payment", "group", "BR.1"),
    *("history", "theirs", OURS + "\n", "x" * 1025, "../", "999", [], {}, ["1"], [CARD], {"phone_number_id": "999"}),
    *(
        [{"wa_id": bodies.CONTACT, "user_id": BSUID}, CARD],
        [bodies.status("wamid.B", errors=[{"code": 1}])],
        {"parent_user_id": "BR.1"},
    ),
)
NAMES = ("errors", "type", "recipient_type", "recipient_parent_user_id", "parent_user_id", "messages", "standby", "new")


def places(told: Any) -> list[tuple[Any, Any]]:
    """Every container in it, with each of its keys and one more."""
    if not isinstance(told, dict | list):
        return []
    keys = [*told, *NAMES] if isinstance(told, dict) else list(range(len(told)))
    inner = told.values() if isinstance(told, dict) else told
    return [(told, key) for key in keys] + [place for each in inner for place in places(each)]


def altered(told: dict[str, Any], place: int, instead: Any) -> dict[str, Any]:
    """The document with something odd in it."""
    told = copy.deepcopy(told)
    container, key = places(told)[place]
    if instead is not GONE:
        container[key] = copy.deepcopy(instead)
    elif isinstance(container, list) or key in container:
        del container[key]
    return told


def lines(read: webhook.Webhook) -> list[bytes]:
    """For the broker."""
    return read.lines(W, Admission(dict.fromkeys(read.numbers, "verified"), frozenset()), RECEIVED_MS).lines


def same_by_both_ways(told: dict[str, Any]) -> bool:
    """To the byte, with the same numbers and accounts; whether it is plain."""
    body = bodies.dump(told)
    general, read = webhook.generally(document.read(body), body, None), webhook.read(body, None)
    admission = Admission(dict.fromkeys(general.numbers, "verified"), frozenset())
    assert (general.numbers, general.accounts) == (read.numbers, read.accounts)
    assert general.lines(W, admission, RECEIVED_MS) == read.lines(W, admission, RECEIVED_MS)
    return read.plain is not None


@given(documents)
def test_what_is_plain_is_told_as_by_the_general_way(told: dict[str, Any]) -> None:
    """Whatever names, numbers and new fields stand in it."""
    assert same_by_both_ways(told)


CARDED = [{"wa_id": bodies.CONTACT, "user_id": BSUID, "profile": {"name": "Ana"}}]
USUAL = bodies.status("wamid.A", recipient_user_id=BSUID, biz_opaque_callback_data=OURS, pricing={"billable": True})
SAID = bodies.message("hello", from_user_id=BSUID)
WHOLE = bodies.envelope(
    bodies.change(bodies.value(contacts=CARDED, statuses=[USUAL])),
    bodies.change(bodies.value(contacts=CARDED, messages=[SAID])),
    bodies.change(bodies.value(messages=[bodies.message("hello")], statuses=[USUAL])),
    bodies.change(bodies.value(statuses=[bodies.status("wamid.B", "read"), bodies.status("wamid.C", "sent")])),
)


@pytest.mark.parametrize("instead", ODD, ids=lambda each: "nothing" if each is GONE else repr(each)[:40])
def test_what_is_odd_is_told_by_its_own_rule(instead: Any) -> None:
    """Anywhere in a plain body: what a plain reading would overlook is not plain."""
    for place in range(len(places(WHOLE))):
        same_by_both_ways(altered(WHOLE, place, instead))


PLAIN = (
    *("status_read", "status_sent", "dashboard_test"),
    *("text", "text_emoji_right_to_left", "text_from_username", "text_null_and_surrogate", "text_without_contacts"),
)


@pytest.mark.parametrize("name", bodies.names())
def test_the_statuses_and_texts_of_a_busy_number_are_plain(name: str) -> None:
    """And no other file: of anything else the rules are in the general way alone."""
    assert (name in PLAIN) == (plain.read(document.read(bodies.raw(name))) is not None)


def test_plain_are_several_changes_with_a_card_each() -> None:
    """As Meta sends them when it has much to tell."""
    cards = [{"profile": {"name": "Ana"}, "wa_id": bodies.CONTACT, "user_id": BSUID}]
    told = [bodies.status(f"wamid.{n}", recipient_user_id=BSUID, pricing={"billable": True}) for n in range(3)]
    body = bodies.dump(bodies.envelope(*(bodies.change(bodies.value(contacts=cards, statuses=[one])) for one in told)))
    read = webhook.read(body, None)

    assert read.plain is not None
    assert 3 == len(lines(read))
    assert lines(webhook.generally(document.read(body), body, None)) == lines(read)


def test_plain_statuses_of_a_number_that_is_not_connected_are_held() -> None:
    """With what proves them, like all others."""
    body = bodies.raw("status_sent")
    held = Admission({NUMBER: "unchecked"}, frozenset((NUMBER,)))
    general = webhook.generally(document.read(body), body, None)

    assert general.lines(W, held, RECEIVED_MS) == webhook.read(body, None).lines(W, held, RECEIVED_MS)
