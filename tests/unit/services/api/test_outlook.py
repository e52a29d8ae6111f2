"""Whether a connection will last, as a table: what Graph has told, and what is said of it."""

from dataclasses import replace
from typing import Any

import pytest

from services.api.case import RECENT_MS
from services.api.outlook import SOON_MS
from shared.graph_app import AppFields, Inspection
from shared.graph_wiring import Ailment, Wiring
from tests.unit.services.api.test_diagnosis import NOW, REPLACED, asked, facts, found, refused

BOTH = frozenset({"whatsapp_business_messaging", "whatsapp_business_management"})
GOOD = Inspection(True, 0, BOTH, "1")
OURS = Wiring("77", "1", status="CONNECTED", platform="CLOUD_API", name_status="APPROVED", health_told=True)
PAYMENT = Ailment("WABA", 141006, "No payment.", "Add one.", blocks=True)

Row = tuple[str, dict[str, Any], int | None]


def token(inspection: Inspection | None = GOOD, **more: Any) -> dict[str, Any]:
    """A token as Graph described it."""
    return {"examination": asked(OURS, token=inspection, **more)}


def fields(*names: str, active: bool = True, wiring: Wiring = OURS) -> dict[str, Any]:
    """An app with these fields."""
    return {"examination": asked(wiring, fields=AppFields(frozenset(names), active))}


def wired(**more: Any) -> dict[str, Any]:
    """A number as Graph described it."""
    return {"examination": asked(replace(OURS, **more))}


UNASKED: list[Row] = [
    ("connect_first", {"record": {"connected": False}, "examination": None}, None),
    ("graph_unreachable", {"examination": asked(None)}, NOW - 1),
    ("token_first", {"examination": asked(None, refusal=refused(190))}, None),
    ("graph_trouble", {"examination": asked(None, refusal=refused(4))}, NOW - 1),
]

TOKEN: list[Row] = [
    ("token_lasts", token(), NOW - 1),
    ("token_ends_later", token(replace(GOOD, ends_ms=NOW + SOON_MS)), NOW - 1),
    ("token_ends_soon", token(replace(GOOD, ends_ms=NOW + SOON_MS - 1)), NOW - 1),
    ("token_ended", token(replace(GOOD, ends_ms=NOW)), NOW - 1),
    ("token_ended", token(Inspection(False)), NOW - 1),
    ("messaging_not_granted", token(replace(GOOD, scopes=BOTH - {"whatsapp_business_messaging"})), NOW - 1),
    ("management_not_granted", token(replace(GOOD, scopes=BOTH - {"whatsapp_business_management"})), NOW - 1),
    ("token_not_inspected", token(None, token_refusal=refused(100)), NOW - 1),
    ("graph_trouble", token(None, token_refusal=refused(4)), NOW - 1),
    ("graph_unreachable", token(None), NOW - 1),
]

FIELDS: list[Row] = [
    ("fields_subscribed", fields("messages"), NOW - 1),
    ("messages_not_subscribed", fields("account_update"), NOW - 1),
    ("messages_not_subscribed", fields(), NOW - 1),
    ("webhook_inactive", fields("messages", active=False), NOW - 1),
    ("echoes_not_subscribed", fields("messages", wiring=replace(OURS, on_phone=True)), NOW - 1),
    ("fields_subscribed", fields("messages", "smb_message_echoes", wiring=replace(OURS, on_phone=True)), NOW - 1),
    ("fields_need_secret", {"examination": asked(OURS), "record": {"app_secrets": ()}}, None),
    ("fields_need_secret", {"examination": asked(OURS), "record": {"app_secrets": REPLACED}}, None),
    ("fields_unreadable", {"examination": asked(OURS, fields_refusal=refused(190))}, NOW - 1),
    ("fields_unreadable", {"examination": asked(Wiring("77"))}, NOW - 1),
    ("graph_trouble", {"examination": asked(OURS, fields_refusal=refused(4))}, NOW - 1),
    ("graph_unreachable", {"examination": asked(OURS)}, NOW - 1),
    # What arrives is the best proof, whichever app it comes through; yesterday's is none.
    ("messages_arrive", {**fields(), "evidence": {"came": {"messages": NOW - RECENT_MS + 1}}}, NOW - RECENT_MS + 1),
    ("messages_not_subscribed", {**fields(), "evidence": {"came": {"messages": NOW - RECENT_MS}}}, NOW - 1),
    ("messages_not_subscribed", {**fields(), "evidence": {"came": {"statuses": NOW}}}, NOW - 1),
]

APP: list[Row] = [
    ("app_perhaps_unpublished", {"examination": asked(OURS)}, NOW - 1),
    ("app_live", {"examination": asked(OURS), "evidence": {"verified": 5}}, 5),
    ("app_blocked", wired(ailments=(Ailment("APP", 7, "Blocked.", None, blocks=True),)), NOW - 1),
    ("app_perhaps_unpublished", wired(ailments=(Ailment("APP", 138024, "No SIP."),)), NOW - 1),
]

NUMBER: list[Row] = [
    ("number_registered", {"examination": asked(OURS)}, NOW - 1),
    ("number_registered", wired(status="FLAGGED"), NOW - 1),
    ("number_registered", wired(status=None), NOW - 1),
    ("number_not_registered", wired(status="DISCONNECTED"), NOW - 1),
    ("number_not_registered", wired(platform="NOT_APPLICABLE"), NOW - 1),
    ("number_restricted", wired(status="RESTRICTED"), NOW - 1),
    ("number_restricted", wired(ailments=(Ailment("PHONE_NUMBER", 7, "No.", None, blocks=True),)), NOW - 1),
    ("number_registered", wired(ailments=(Ailment("PHONE_NUMBER", 138024, "No SIP."),)), NOW - 1),
    ("registration_not_told", wired(status=None, platform=None), NOW - 1),
]

NAME: list[Row] = [
    ("name_approved", {"examination": asked(OURS)}, NOW - 1),
    ("name_approved", wired(name_status="AVAILABLE_WITHOUT_REVIEW"), NOW - 1),
    ("name_in_review", wired(name_status="PENDING_REVIEW"), NOW - 1),
    ("name_declined", wired(name_status="DECLINED"), NOW - 1),
    ("name_declined", wired(name_status="EXPIRED"), NOW - 1),
    ("name_not_told", wired(name_status="NONE"), NOW - 1),
    ("name_not_told", wired(name_status=None), NOW - 1),
]

ACCOUNT: list[Row] = [
    ("account_in_order", {"examination": asked(OURS)}, NOW - 1),
    ("account_not_told", wired(health_told=False), NOW - 1),
    ("payment_problem", wired(ailments=(PAYMENT,)), NOW - 1),
    ("account_blocked", wired(ailments=(Ailment("BUSINESS", 7, "Blocked.", None, blocks=True),)), NOW - 1),
    # A business that is not verified may answer all the same.
    ("account_in_order", wired(ailments=(Ailment("BUSINESS", 141010, "Not verified."),)), NOW - 1),
    # Graph has refused to send for it: that is more than what its pages say.
    ("payment_problem", {"examination": asked(OURS), "number": {"error": refused(131042)}}, None),
]

TABLE = [
    (name, *row)
    for name, rows in (
        ("token_lasts", TOKEN),
        ("fields_subscribed", FIELDS),
        ("app_live", APP),
        ("number_registered", NUMBER),
        ("name_approved", NAME),
        ("account_in_order", ACCOUNT),
    )
    for row in (*UNASKED, *rows)
]


@pytest.mark.parametrize(("name", "code", "given", "at_ms"), TABLE)
def test_each_state_of_things_has_its_finding(name: str, code: str, given: dict[str, Any], at_ms: int | None) -> None:
    """The right code, and the time that belongs to it."""
    said = found(name, facts(**given))

    assert (code, at_ms) == (said.code, said.at)


def test_what_varies_is_named_and_meta_s_words_are_beside_it() -> None:
    """The day on which a token ends, what Graph calls a number that is not registered, and what ails an account."""
    assert "2026-12-02" == found("token_lasts", facts(**token(replace(GOOD, ends_ms=NOW + SOON_MS)))).named
    assert "ON_PREMISE" == found("number_registered", facts(**wired(platform="ON_PREMISE"))).named
    assert (
        "Shop" == found("name_approved", facts(**wired(name_status="DECLINED"), number={"verified_name": "Shop"})).named
    )
    said = found("account_in_order", facts(**wired(ailments=(PAYMENT,)))).graph_error
    assert said is not None
    assert (141006, "No payment.", "Add one.") == (said.code, said.message, said.details)
    assert "payment" in said.explanation
