"""Every outcome of the connect doctor, as a table: what is known, and what is said of it."""

from typing import Any, get_args

import pytest
from pydantic import SecretStr

from services.api.case import RECENT_MS, Examination, Facts
from services.api.diagnosis import QUIET_MS, diagnose
from services.api.hops import Hop, HopName
from shared.contract.chat import Number
from shared.contract.errors import GraphError
from shared.contract.evidence import Evidence, Kind
from shared.contract.ids import NumberId, WorkspaceId
from shared.graph_wiring import App, Wiring
from shared.number_record import AppSecret, NumberRecord
from shared.registry import Callback

NOW = 1_795_000_000_000
MINUTE = 60_000
SET = NOW - 60 * MINUTE  # when the app secret was pasted
BEFORE = dict.fromkeys(get_args(Kind), SET - 1)
KEY = "k" * 32
HERE = f"https://inbox.example.org/webhooks/{KEY}"
THERE = "https://old.example.org/hook"
OURS, OTHER = App("1", "Ours"), App("2", "Theirs")
SECRET = (AppSecret(secret=SecretStr("s")),)
REPLACED = (AppSecret(secret=SecretStr("s"), until_ms=NOW + MINUTE),)
NUMBER = NumberId("106540352242922")


def refused(code: int | str, subcode: int | None = None) -> GraphError:
    """Graph's words."""
    return GraphError(code=code, subcode=subcode, message="No.")


def asked(wiring: Wiring | None = Wiring("77", "1"), *apps: App, **more: Any) -> Examination:  # noqa: B008 (frozen)
    """What Graph answered a moment ago; our app is subscribed unless told otherwise."""
    return Examination(NOW - 1, wiring, **{"apps": apps or (OURS,), **more})


def facts(
    *,
    record: dict[str, Any] | None = None,
    number: dict[str, Any] | None = None,
    callback: dict[str, Any] | None = None,
    callback_url: str = HERE,
    evidence: dict[str, Any] | None = None,
    examination: Examination | None = asked(),  # noqa: B008 (frozen)
) -> Facts:
    """A number that is connected with an app secret, and of which nothing has come."""
    own = {"workspace_id": WorkspaceId("w"), "number_id": NUMBER, "connected": True}
    given = {"app_secrets": SECRET, "app_secret_set_ms": SET, "access_token": SecretStr("t"), **(record or {})}
    return Facts(
        record=NumberRecord.model_validate({**own, **given}),
        number=Number.model_validate({"id": NUMBER, "state": "connected", **(number or {})}),
        callback=Callback(workspace_id=WorkspaceId("w"), key=KEY, **(callback or {})),
        callback_url=callback_url,
        evidence=Evidence.model_validate({"secrets": dict.fromkeys(get_args(Kind), SET), **(evidence or {})}),
        examination=examination,
        now_ms=NOW,
    )


def found(name: str, given: Facts) -> Hop:
    """What is said of one hop."""
    return next(hop for hop in diagnose(given) if hop.hop == name)


Row = tuple[str, dict[str, Any], int | None]

CALLBACK: list[Row] = [
    ("callback_never_verified", {}, None),
    (
        "callback_verified",
        {"callback": {"last_verified_ms": NOW - 400 * 24 * 60 * MINUTE}},
        NOW - 400 * 24 * 60 * MINUTE,
    ),
    ("callback_token_mismatch", {"callback": {"last_verify_refused_ms": 5}}, 5),
    ("callback_token_mismatch", {"callback": {"last_verified_ms": 4, "last_verify_refused_ms": 5}}, 5),
    ("callback_verified", {"callback": {"last_verified_ms": 5, "last_verify_refused_ms": 4}}, 5),
    # The attempt failed, and the address of before is still in use.
    (
        "callback_verified",
        {"callback": {"last_verified_ms": 4, "last_verify_refused_ms": 5}, "evidence": {"verified": 6}},
        4,
    ),
    ("callback_in_use", {"evidence": {"verified": 6}}, 6),
    # Nobody at Meta could reach these.
    *(
        ("callback_not_public", {"callback_url": url}, None)
        for url in (
            f"http://inbox.example.org/webhooks/{KEY}",
            f"https://localhost/webhooks/{KEY}",
            f"https://192.168.0.7/webhooks/{KEY}",
            f"https://[fd00::1]:8080/webhooks/{KEY}",
            f"https://inbox.local/webhooks/{KEY}",
            f"https:///webhooks/{KEY}",
        )
    ),
    ("callback_never_verified", {"callback_url": f"https://8.8.8.8/webhooks/{KEY}"}, None),
    ("callback_verified", {"callback_url": "http://127.0.0.1/", "callback": {"last_verified_ms": 5}}, 5),
    # Anybody may have sent these.
    ("callback_never_verified", {"evidence": {"unsigned": 6}}, None),
]

SIGNATURES: list[Row] = [
    ("nothing_signed_yet", {}, None),
    ("no_app_secret", {"record": {"app_secrets": ()}}, None),
    ("no_app_secret", {"record": {"app_secrets": REPLACED}}, None),
    ("unsigned_seen", {"record": {"app_secrets": ()}, "evidence": {"unsigned": NOW - 5}}, NOW - 5),
    ("connect_first", {"record": {"connected": False}, "examination": None}, None),
    ("signed", {"evidence": {"verified": SET}}, SET),
    ("signed", {"evidence": {"verified": NOW - 4, "mismatch": NOW - 5}}, NOW - 4),
    ("signed", {"evidence": {"released": NOW - 4}}, NOW - 4),
    ("signed", {"record": {"app_secret_set_ms": None}, "evidence": {"verified": 4, "secrets": {}}}, 4),
    # Held against the secret that was set before.
    ("nothing_signed_yet", {"evidence": {"verified": NOW - 5, "secrets": BEFORE}}, None),
    (
        "nothing_signed_yet",
        {"evidence": {"mismatch": NOW - 5, "missing": NOW - 4, "buried": NOW - 3, "secrets": BEFORE}},
        None,
    ),
    ("signature_mismatch", {"evidence": {"mismatch": NOW - 5}}, NOW - 5),
    (
        "signature_mismatch",
        {"evidence": {"mismatch": NOW - 5, "verified": NOW - 4, "secrets": {"mismatch": SET}}},
        NOW - 5,
    ),
    ("signature_mismatch", {"evidence": {"buried": NOW - 5}}, NOW - 5),
    ("signature_mismatch_lately", {"evidence": {"mismatch": NOW - 5, "verified": SET + 7}}, NOW - 5),
    ("signature_missing", {"evidence": {"missing": NOW - 4, "mismatch": NOW - 5}}, NOW - 4),
    ("signature_mismatch", {"evidence": {"missing": NOW - 5, "mismatch": NOW - 4}}, NOW - 4),
    ("replaced_secret_still_signs", {"evidence": {"superseded": NOW - 5}}, NOW - 5),
    ("signed", {"evidence": {"superseded": NOW - 5, "verified": NOW - 4}}, NOW - 4),
]

TOKEN: list[Row] = [
    ("not_connected", {"record": {"connected": False}, "examination": None}, None),
    ("token_accepted", {}, NOW - 1),
    ("graph_unreachable", {"examination": asked(None)}, NOW - 1),
    *(
        ("token_refused", {"examination": asked(None, refusal=refused(c))}, NOW - 1)
        for c in (0, 104, 190, "bad_token", "http_401")
    ),
    ("number_not_visible", {"examination": asked(None, refusal=refused(100, 33))}, NOW - 1),
    ("number_not_visible", {"examination": asked(None, refusal=refused(33))}, NOW - 1),
    *(("permission_missing", {"examination": asked(None, refusal=refused(c))}, NOW - 1) for c in (3, 10, 200, 299)),
    *(
        ("graph_trouble", {"examination": asked(None, refusal=refused(c))}, NOW - 1)
        for c in (2, 4, 80007, 80008, "http_403", "http_429")
    ),
    *(
        ("number_refused", {"examination": asked(None, refusal=refused(c))}, NOW - 1)
        for c in (368, 131031, 100, 999_999)
    ),
    ("sending_refused", {"number": {"state": "token_refused", "error": refused(131005)}}, NOW - 1),
]

LATELY = {"verified": NOW - RECENT_MS + 1}
OVER = {"verified": NOW - RECENT_MS}
ELSEWHERE = Wiring("77", "1", ("app", THERE))
TUNNEL = Wiring("77", "1", ("app", f"https://a.example/webhooks/{KEY}"))
SUBSCRIBED: list[Row] = [
    ("connect_first", {"record": {"connected": False}, "examination": None}, None),
    ("graph_unreachable", {"examination": asked(None)}, NOW - 1),
    ("graph_trouble", {"examination": asked(None, refusal=refused(4))}, NOW - 1),
    *(("token_first", {"examination": asked(None, refusal=refused(c))}, None) for c in (190, 10, 368)),
    ("subscribed", {}, NOW - 1),
    ("not_subscribed", {"examination": asked(apps=())}, NOW - 1),
    # Whatever came until now, from now on nothing comes.
    ("not_subscribed", {"examination": asked(apps=()), "evidence": LATELY}, NOW - 1),
    ("other_app_only", {"examination": asked(Wiring("77", "1"), OTHER)}, NOW - 1),
    ("other_app_delivers", {"examination": asked(Wiring("77", "1"), OTHER), "evidence": LATELY}, LATELY["verified"]),
    ("other_app_only", {"examination": asked(Wiring("77", "1"), OTHER), "evidence": OVER}, NOW - 1),
    ("subscribed", {"examination": asked(Wiring("77", "1"), OTHER, OURS)}, NOW - 1),
    ("which_app_unknown", {"examination": asked(Wiring("77"), OTHER)}, NOW - 1),
    ("subscribed", {"examination": asked(Wiring("77"), OTHER), "evidence": LATELY}, NOW - 1),
    ("account_unknown", {"examination": asked(Wiring(None, "1"), apps=None)}, NOW - 1),
    ("graph_unreachable", {"examination": asked(apps=None)}, NOW - 1),
    ("graph_unreachable", {"examination": asked(Wiring(), apps=None), "evidence": {"account_id": "77"}}, NOW - 1),
    *(
        ("subscription_not_permitted", {"examination": asked(apps=None, apps_refusal=refused(*e))}, NOW - 1)
        for e in ((200,), (10,), (100, 33))
    ),
    ("graph_trouble", {"examination": asked(apps=None, apps_refusal=refused(80008))}, NOW - 1),
    ("subscription_unreadable", {"examination": asked(apps=None, apps_refusal=refused(100))}, NOW - 1),
    ("delivers_elsewhere", {"examination": asked(ELSEWHERE)}, NOW - 1),
    # Ours is the only app, so what has come came before it was sent elsewhere.
    ("delivers_elsewhere", {"examination": asked(ELSEWHERE), "evidence": LATELY}, NOW - 1),
    ("other_app_delivers", {"examination": asked(ELSEWHERE, OURS, OTHER), "evidence": LATELY}, LATELY["verified"]),
    ("override_elsewhere", {"examination": asked(Wiring("77", "1", ("number", THERE)))}, NOW - 1),
    ("override_elsewhere", {"examination": asked(Wiring("77", "1", ("account", THERE)))}, NOW - 1),
    ("subscribed", {"examination": asked(Wiring("77", "1", ("app", HERE + "/")))}, NOW - 1),
    ("subscribed", {"examination": asked(Wiring("77", "1", ("number", HERE)))}, NOW - 1),
    # The key is ours, the host is another: a tunnel that has ended, unless webhooks come through it.
    ("delivers_elsewhere", {"examination": asked(TUNNEL)}, NOW - 1),
    ("subscribed", {"examination": asked(TUNNEL), "evidence": LATELY}, NOW - 1),
]  # fmt: skip

LAST: list[Row] = [
    ("connect_first", {"record": {"connected": False}, "examination": None}, None),
    ("nothing_yet", {}, None),
    ("nothing_for_this_number", {"callback": {"last_webhook_ms": 5}}, 5),
    ("received", {"evidence": {"verified": NOW - 5}}, NOW - 5),
    ("received", {"evidence": {"unsigned": NOW - 5, "verified": NOW - 6}}, NOW - 5),
    ("received", {"number": {"last_webhook_at": NOW - 5}}, NOW - 5),
    ("quiet", {"evidence": {"verified": NOW - QUIET_MS}}, NOW - QUIET_MS),
    ("latest_refused", {"evidence": {"verified": NOW - 6, "mismatch": NOW - 5}}, NOW - 5),
    ("latest_refused", {"evidence": {"missing": NOW - 5}}, NOW - 5),
    ("received", {"evidence": {"verified": NOW - 5, "mismatch": NOW - 6}}, NOW - 5),
    # The secret has been replaced since it was refused.
    ("nothing_yet", {"evidence": {"mismatch": NOW - 5, "secrets": BEFORE}}, None),
    ("received", {"evidence": {"verified": NOW - 9, "mismatch": NOW - 5, "secrets": BEFORE}}, NOW - 9),
    ("switched_off", {"record": {"enabled": False}, "evidence": {"verified": NOW - 5}}, NOW - 5),
    ("switched_off", {"record": {"enabled": False}}, None),
    ("silent", {"evidence": {"verified": NOW - 5}, "number": {"gaps": {"silent_since": NOW - 6}}}, NOW - 6),
    # A webhook that chat state has not taken in yet has ended it.
    ("received", {"evidence": {"verified": NOW - 5}, "number": {"gaps": {"silent_since": NOW - 5 - MINUTE}}}, NOW - 5),
    ("latest_refused", {"evidence": {"missing": NOW}, "number": {"gaps": {"silent_since": NOW - 6}}}, NOW),
]


def missing(**gaps: int) -> dict[str, Any]:
    """A number with these gaps."""
    return {"number": {"gaps": {**gaps, "latest_at": 5}}}


MISSING: list[Row] = [
    ("connect_first", {"record": {"connected": False}, "examination": None, **missing(unseen_quotes=1)}, None),
    ("nothing_missing", {}, None),
    ("nothing_missing", {"number": {"gaps": {"silent_since": 5}}}, None),
    ("sent_messages_missing", missing(unknown_statuses=1, unseen_quotes=1, elsewhere_statuses=1), 5),
    ("messages_missing", missing(unseen_quotes=1, elsewhere_statuses=1), 5),
    ("messages_missing", missing(unseen_targets=1), 5),
    ("other_app_sends", missing(elsewhere_statuses=1), 5),
]

TABLE = [
    (name, *row)
    for name, rows in (
        ("callback_verified", CALLBACK),
        ("signed_webhooks", SIGNATURES),
        ("token_accepted", TOKEN),
        ("subscribed", SUBSCRIBED),
        ("last_webhook", LAST),
        ("nothing_missing", MISSING),
    )
    for row in rows
]


@pytest.mark.parametrize(("name", "code", "given", "at_ms"), TABLE)
def test_each_state_of_things_has_its_finding(name: str, code: str, given: dict[str, Any], at_ms: int | None) -> None:
    """The right code, and the time that belongs to it."""
    said = found(name, facts(**given))

    assert (code, at_ms) == (said.code, said.at)


def test_the_hops_come_in_the_order_of_setting_up() -> None:
    """Whoever repairs them from the top repairs each once."""
    assert list(get_args(HopName)) == [hop.hop for hop in diagnose(facts())]


def test_graph_s_own_words_are_beside_what_it_refused() -> None:
    """Untouched, and only there."""
    token, apps, sending = refused(190), refused(200), refused(131005)

    said = diagnose(facts(examination=asked(None, refusal=token)))
    assert [("token_accepted", token)] == [(hop.hop, hop.graph_error) for hop in said if hop.graph_error]
    assert apps == found("subscribed", facts(examination=asked(apps=None, apps_refusal=apps))).graph_error
    refusing = facts(number={"state": "token_refused", "error": sending})
    assert sending == found("token_accepted", refusing).graph_error


def test_what_varies_is_named() -> None:
    """The other apps, the other host without its path, the account that has to be subscribed, and how many."""
    assert (
        "Theirs, Third"
        == found("subscribed", facts(examination=asked(Wiring("77", "1"), OTHER, App("3", "Third")))).named
    )
    assert "3" == found("nothing_missing", facts(**missing(unseen_quotes=1, unseen_targets=2))).named
    assert "old.example.org" == found("subscribed", facts(examination=asked(ELSEWHERE))).named
    assert "77" == found("subscribed", facts(examination=asked(apps=()))).named
    learned = facts(examination=asked(Wiring(None, "1"), apps=()), evidence={"account_id": "88"})
    assert "88" == found("subscribed", learned).named
