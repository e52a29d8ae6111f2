"""What the facts about a number's connection mean, hop by hop. Pure."""

import ipaddress
from functools import partial
from urllib.parse import urlsplit

from services.api import outlook
from services.api.case import PERMISSION, Examination, Facts, is_invisible, is_trouble, refused, unasked
from services.api.findings import hop
from services.api.hops import Code, Hop
from shared.contract.chat import Gaps
from shared.contract.errors import GraphError
from shared.graph_wiring import App, Wiring

MINUTE_MS = 60 * 1000
_AT_HOME = (".local", ".localhost", ".internal", ".lan", ".home.arpa")  # names that Meta cannot look up
QUIET_MS = 7 * 24 * 60 * 60 * 1000


def diagnose(facts: Facts) -> list[Hop]:
    """The hops, in the order in which somebody sets them up."""
    return [
        _callback(facts),
        _signatures(facts),
        _token(facts),
        outlook.token_lasts(facts),
        _subscription(facts),
        outlook.fields_subscribed(facts),
        outlook.app_live(facts),
        _last_webhook(facts),
        outlook.number_registered(facts),
        outlook.name_approved(facts),
        outlook.account_in_order(facts),
        _missing(facts),
    ]


def _callback(facts: Facts) -> Hop:
    verified_ms, refused_ms = facts.callback.last_verified_ms or 0, facts.callback.last_verify_refused_ms or 0
    # A failed attempt to save it once more leaves the address as it was: what arrives since then proves that it works.
    if refused_ms > max(verified_ms, facts.last_webhook_ms):
        return hop("callback_verified", "callback_token_mismatch", refused_ms)
    if verified_ms:
        return hop("callback_verified", "callback_verified", verified_ms)
    if facts.evidence.verified:
        return hop("callback_verified", "callback_in_use", facts.evidence.verified)
    host = urlsplit(facts.callback_url)
    if host.scheme != "https" or not _is_public(host.hostname or ""):
        return hop("callback_verified", "callback_not_public", named=host.hostname)
    return hop("callback_verified", "callback_never_verified")


def _is_public(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_global
    except ValueError:
        return "." in host.strip(".") and not host.endswith(_AT_HOME)


def _signatures(facts: Facts) -> Hop:
    record, seen = facts.record, facts.evidence
    if not record.connected:
        return hop("signed_webhooks", "connect_first")
    if not any(secret.until_ms is None for secret in record.app_secrets):
        unsigned = max(seen.unsigned or 0, seen.unchecked or 0)
        return hop("signed_webhooks", "unsigned_seen" if unsigned else "no_app_secret", unsigned)
    # What was held against an earlier secret says nothing of the present one.
    at = partial(seen.judged, secret_ms=record.app_secret_set_ms or 0)
    good_ms = max(at("verified"), at("released"))
    mismatch: Code = "signature_mismatch_lately" if good_ms else "signature_mismatch"
    found: list[tuple[int, Code]] = [
        (at("missing"), "signature_missing"),
        (max(at("mismatch"), at("buried")), mismatch),
        (at("superseded"), "replaced_secret_still_signs"),
    ]
    bad_ms, bad = max(found)
    if good_ms and good_ms >= bad_ms:
        return hop("signed_webhooks", "signed", good_ms)
    return hop("signed_webhooks", bad, bad_ms) if bad_ms else hop("signed_webhooks", "nothing_signed_yet")


def _token(facts: Facts) -> Hop:
    found = facts.examination
    if found is None:
        return hop("token_accepted", "not_connected")
    if found.refusal is not None:
        return hop("token_accepted", refused(found.refusal), found.asked_ms, graph_error=found.refusal)
    if found.wiring is None:
        return hop("token_accepted", "graph_unreachable", found.asked_ms)
    if facts.number.state == "token_refused":
        return hop("token_accepted", "sending_refused", found.asked_ms, graph_error=facts.number.error)
    return hop("token_accepted", "token_accepted", found.asked_ms)


def _subscription(facts: Facts) -> Hop:
    found, not_asked = facts.examination, unasked(facts, "subscribed")
    if not_asked is not None or found is None or found.wiring is None:
        return not_asked or hop("subscribed", "connect_first")
    if found.apps_refusal is not None:
        return hop("subscribed", _unreadable(found.apps_refusal), found.asked_ms, graph_error=found.apps_refusal)
    account_id = found.wiring.account_id or facts.evidence.account_id
    if found.apps is None:
        return hop("subscribed", "account_unknown" if account_id is None else "graph_unreachable", found.asked_ms)
    if not found.apps:
        return hop("subscribed", "not_subscribed", found.asked_ms, named=account_id)
    return _subscribed(facts, found, found.wiring, found.apps)


def _unreadable(error: GraphError) -> Code:
    if error.code in PERMISSION or is_invisible(error):
        return "subscription_not_permitted"
    return "graph_trouble" if is_trouble(error) else "subscription_unreadable"


def _subscribed(facts: Facts, found: Examination, wiring: Wiring, apps: tuple[App, ...]) -> Hop:
    others = [app.name for app in apps if app.id != wiring.app_id]
    named = ", ".join(others)
    if wiring.app_id is None:
        if facts.delivers_lately:
            return hop("subscribed", "subscribed", found.asked_ms)
        return hop("subscribed", "which_app_unknown", found.asked_ms, named=named)
    by_another = hop("subscribed", "other_app_delivers", facts.last_webhook_ms, named=named)
    if len(others) == len(apps):
        if facts.delivers_lately:
            return by_another
        return hop("subscribed", "other_app_only", found.asked_ms, named=named)
    if wiring.delivers_to is None:
        return hop("subscribed", "subscribed", found.asked_ms)
    level, url = wiring.delivers_to
    here, there = urlsplit(facts.callback_url), urlsplit(url)
    # The path holds a key that nobody guesses: with it, another name of the host is still this inbox while it works.
    ours = here.path == there.path.rstrip("/")
    if ours and (facts.delivers_lately or here.netloc.lower() == there.netloc.lower()):
        return hop("subscribed", "subscribed", found.asked_ms)
    if others and facts.delivers_lately:
        return by_another
    return hop(
        "subscribed",
        "delivers_elsewhere" if level == "app" else "override_elsewhere",
        found.asked_ms,
        named=there.hostname,
    )


def _last_webhook(facts: Facts) -> Hop:
    at = partial(facts.evidence.judged, secret_ms=facts.record.app_secret_set_ms or 0)
    taken_ms, refused_ms = facts.last_webhook_ms, max(at("missing"), at("mismatch"))
    if not facts.record.connected:
        return hop("last_webhook", "connect_first")
    if not facts.record.enabled:
        return hop("last_webhook", "switched_off", taken_ms)
    if refused_ms > taken_ms:
        return hop("last_webhook", "latest_refused", refused_ms)
    gaps = facts.number.gaps
    # Of a webhook that has just been taken in, chat state may not know yet.
    if gaps is not None and gaps.silent_since is not None and taken_ms < gaps.silent_since + MINUTE_MS:
        return hop("last_webhook", "silent", gaps.silent_since)
    if taken_ms:
        return hop("last_webhook", "received" if taken_ms > facts.now_ms - QUIET_MS else "quiet", taken_ms)
    if facts.callback.last_webhook_ms:
        return hop("last_webhook", "nothing_for_this_number", facts.callback.last_webhook_ms)
    return hop("last_webhook", "nothing_yet")


def _missing(facts: Facts) -> Hop:
    gaps = facts.number.gaps or Gaps()
    found: list[tuple[int, Code]] = [
        (gaps.unknown_statuses, "sent_messages_missing"),
        (gaps.unseen_quotes + gaps.unseen_targets, "messages_missing"),
        (gaps.elsewhere_statuses, "other_app_sends"),
    ]
    if not facts.record.connected:
        return hop("nothing_missing", "connect_first")
    for count, code in found:
        if count:
            return hop("nothing_missing", code, gaps.latest_at, named=str(count))
    return hop("nothing_missing", "nothing_missing")
