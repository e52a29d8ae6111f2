"""Whether a number's connection will last: its token, its app, its registration, its name and its account. Pure."""

from datetime import UTC, datetime

from services.api.case import RECENT_MS, Facts, is_trouble, unasked
from services.api.findings import hop
from services.api.hops import Code, Hop, HopName
from shared.contract.advice import explained
from shared.contract.errors import GraphError
from shared.graph_app import AppFields
from shared.graph_wiring import Ailment, Wiring

SOON_MS = 14 * 24 * 60 * 60 * 1000  # long enough before a token ends for somebody to be back from holidays
MESSAGING, MANAGEMENT = "whatsapp_business_messaging", "whatsapp_business_management"

PAYMENT = frozenset({131042, 131044, 141006})
_GONE = ("DISCONNECTED", "PENDING", "DELETED", "MIGRATED", "UNVERIFIED")
_NAMES: dict[str, Code] = {
    "APPROVED": "name_approved",
    "AVAILABLE_WITHOUT_REVIEW": "name_approved",
    "PENDING_REVIEW": "name_in_review",
    "DECLINED": "name_declined",
    "EXPIRED": "name_declined",
}


def token_lasts(facts: Facts) -> Hop:
    """Until when the token is good, and what for."""
    found, not_asked = facts.examination, unasked(facts, "token_lasts")
    if found is None or not_asked is not None:
        return not_asked or hop("token_lasts", "connect_first")
    token = found.token
    if token is None:
        return _unread("token_lasts", "token_not_inspected", found.asked_ms, found.token_refusal)
    if not token.is_valid or 0 < token.ends_ms <= facts.now_ms:
        return hop("token_lasts", "token_ended", found.asked_ms, named=_day(token.ends_ms))
    if MESSAGING not in token.scopes:
        return hop("token_lasts", "messaging_not_granted", found.asked_ms)
    if 0 < token.ends_ms < facts.now_ms + SOON_MS:
        return hop("token_lasts", "token_ends_soon", found.asked_ms, named=_day(token.ends_ms))
    if MANAGEMENT not in token.scopes:
        return hop("token_lasts", "management_not_granted", found.asked_ms)
    if token.ends_ms:
        return hop("token_lasts", "token_ends_later", found.asked_ms, named=_day(token.ends_ms))
    return hop("token_lasts", "token_lasts", found.asked_ms)


def fields_subscribed(facts: Facts) -> Hop:
    """Which fields of webhooks the token's app gets; customers' messages that arrive are the best proof."""
    messages_ms = facts.evidence.came.get("messages", 0)
    if messages_ms > facts.now_ms - RECENT_MS:
        return hop("fields_subscribed", "messages_arrive", messages_ms)
    found, not_asked = facts.examination, unasked(facts, "fields_subscribed")
    if found is None or found.wiring is None or not_asked is not None:
        return not_asked or hop("fields_subscribed", "connect_first")
    if found.fields is not None:
        return _fields(found.fields, found.wiring, found.asked_ms)
    if found.fields_refusal is None and not any(secret.until_ms is None for secret in facts.record.app_secrets):
        return hop("fields_subscribed", "fields_need_secret")
    if found.wiring.app_id is None:
        return hop("fields_subscribed", "fields_unreadable", found.asked_ms)
    return _unread("fields_subscribed", "fields_unreadable", found.asked_ms, found.fields_refusal)


def _fields(fields: AppFields, wiring: Wiring, asked_ms: int) -> Hop:
    if not fields.active:
        return hop("fields_subscribed", "webhook_inactive", asked_ms)
    if "messages" not in fields.names:
        return hop("fields_subscribed", "messages_not_subscribed", asked_ms)
    if wiring.on_phone and "smb_message_echoes" not in fields.names:
        return hop("fields_subscribed", "echoes_not_subscribed", asked_ms)
    return hop("fields_subscribed", "fields_subscribed", asked_ms)


def app_live(facts: Facts) -> Hop:
    """Meta tells nobody whether an app is published; but an unpublished one gets no webhooks about a number."""
    if facts.last_webhook_ms:
        return hop("app_live", "app_live", facts.last_webhook_ms)
    found, not_asked = facts.examination, unasked(facts, "app_live")
    if found is None or found.wiring is None or not_asked is not None:
        return not_asked or hop("app_live", "connect_first")
    ailment = next((one for one in found.wiring.ailments if one.entity == "APP" and one.blocks), None)
    if ailment is not None:
        return hop("app_live", "app_blocked", found.asked_ms, graph_error=_said(ailment))
    return hop("app_live", "app_perhaps_unpublished", found.asked_ms)


def number_registered(facts: Facts) -> Hop:
    """Whether the number is registered with the Cloud API, and may send."""
    name: HopName = "number_registered"
    found, not_asked = facts.examination, unasked(facts, name)
    if found is None or found.wiring is None or not_asked is not None:
        return not_asked or hop(name, "connect_first")
    wiring = found.wiring
    ailment = next((one for one in wiring.ailments if one.entity == "PHONE_NUMBER" and one.blocks), None)
    if wiring.platform not in (None, "CLOUD_API") or wiring.status in _GONE:
        told = wiring.status if wiring.platform in (None, "CLOUD_API") else wiring.platform
        return hop(name, "number_not_registered", found.asked_ms, named=told)
    if ailment is not None:
        return hop(name, "number_restricted", found.asked_ms, graph_error=_said(ailment))
    if wiring.status in ("BANNED", "RESTRICTED", "RATE_LIMITED"):
        return hop(name, "number_restricted", found.asked_ms, named=wiring.status)
    if wiring.status == "CONNECTED" or wiring.platform == "CLOUD_API":
        return hop(name, "number_registered", found.asked_ms)
    return hop(name, "registration_not_told", found.asked_ms)


def name_approved(facts: Facts) -> Hop:
    """Whether customers see the number's name."""
    found, not_asked = facts.examination, unasked(facts, "name_approved")
    if found is None or found.wiring is None or not_asked is not None:
        return not_asked or hop("name_approved", "connect_first")
    told = found.wiring.name_status
    return hop(
        "name_approved", _NAMES.get(told or "", "name_not_told"), found.asked_ms, named=facts.number.verified_name
    )


def account_in_order(facts: Facts) -> Hop:
    """Whether the account and the business behind it may send, and pay for it."""
    name: HopName = "account_in_order"
    if facts.number.error is not None and facts.number.error.code in PAYMENT:
        return hop(name, "payment_problem", graph_error=facts.number.error)
    found, not_asked = facts.examination, unasked(facts, name)
    if found is None or found.wiring is None or not_asked is not None:
        return not_asked or hop(name, "connect_first")
    if not found.wiring.health_told:
        return hop(name, "account_not_told", found.asked_ms)
    ours = [one for one in found.wiring.ailments if one.entity in ("WABA", "BUSINESS")]
    for one in ours:
        if one.code in PAYMENT:
            return hop(name, "payment_problem", found.asked_ms, graph_error=_said(one))
    for one in ours:
        if one.blocks:
            return hop(name, "account_blocked", found.asked_ms, graph_error=_said(one))
    return hop(name, "account_in_order", found.asked_ms)


def _said(ailment: Ailment) -> GraphError:
    return explained(GraphError(code=ailment.code, message=ailment.words, details=ailment.remedy))


def _unread(name: HopName, code: Code, asked_ms: int, refusal: GraphError | None) -> Hop:
    if refusal is None:
        return hop(name, "graph_unreachable", asked_ms)
    return hop(name, "graph_trouble" if is_trouble(refusal) else code, asked_ms, graph_error=refusal)


def _day(at_ms: int) -> str | None:
    return datetime.fromtimestamp(at_ms / 1000, UTC).date().isoformat() if at_ms else None
