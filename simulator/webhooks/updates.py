"""The value of each webhook field as Meta shapes it: messages, statuses, echoes, standby, identity."""

from typing import Any

from simulator.customer import Customer, Sent
from simulator.errors import reported
from simulator.number import Number
from simulator.webhooks.envelope import Update


def _value(number: Number, **parts: Any) -> dict[str, Any]:
    return {"messaging_product": "whatsapp", "metadata": number.metadata(), **parts}


def message(number: Number, customer: Customer, body: dict[str, Any], field: str = "messages") -> Update:
    """A message from a customer; `system` ones come without contacts (webhooks/reference/messages)."""
    if body["type"] == "system":
        value = _value(number, messages=[body])
    elif field == "standby":
        value = _value(number, standby={"contacts": [customer.profile()], "messages": [body]})
    else:
        value = _value(number, contacts=[customer.profile()], messages=[body])
    return Update(number.account_id, field, value, number.id)


def sender(customer: Customer) -> dict[str, Any]:
    """Who a message is from: a phone, a BSUID, or both (business-scoped-user-ids)."""
    found: dict[str, Any] = {}
    if customer.wa_id:
        found["from"] = customer.wa_id
    if customer.bsuid:
        found["from_user_id"] = customer.bsuid
    if customer.parent_bsuid:
        found["from_parent_user_id"] = customer.parent_bsuid
    return found


def status(
    number: Number,
    customer: Customer,
    sent: Sent,
    state: str,
    at: float,
    error_code: int | None = None,
    details: str = "",
) -> Update:
    """A status of a message we sent (webhooks/reference/messages/status)."""
    body: dict[str, Any] = {"id": sent.wamid, "status": state, "timestamp": str(int(at))}
    if customer.wa_id or sent.by_phone:
        body["recipient_id"] = customer.phone
    failed = state == "failed"
    if customer.bsuid and not (failed and sent.by_phone):
        body["recipient_user_id"] = customer.bsuid
        if customer.parent_bsuid:
            body["recipient_parent_user_id"] = customer.parent_bsuid
    if sent.callback_token is not None:
        body["biz_opaque_callback_data"] = sent.callback_token
    if failed:
        body["errors"] = [reported(error_code or 131000, details)]
    elif state == "sent" and sent.type != "reaction":
        body["pricing"] = pricing(sent.type)
    parts: dict[str, Any] = {"statuses": [body]}
    if not failed:
        parts = {"contacts": [customer.profile()], **parts}
    return Update(number.account_id, "messages", _value(number, **parts), number.id)


def pricing(content_type: str) -> dict[str, Any]:
    """What a message cost; service messages are inside the free tier here (pricing, since October 2026)."""
    if content_type == "template":
        return {"billable": True, "pricing_model": "PMP", "category": "utility", "type": "regular"}
    return {"billable": False, "pricing_model": "PMP", "category": "service", "type": "free_customer_service"}


def echo(number: Number, customer: Customer, body: dict[str, Any]) -> Update:
    """What the business typed on its phone (webhooks/reference/smb_message_echoes)."""
    addressed: dict[str, Any] = {"from": number.display_number}
    if customer.wa_id:
        addressed["to"] = customer.wa_id
    if customer.bsuid:
        addressed["to_user_id"] = customer.bsuid
    value = _value(number, contacts=[customer.profile()], message_echoes=[{**addressed, **body}])
    return Update(number.account_id, "smb_message_echoes", value, number.id)


def errors(number: Number, code: int, details: str = "") -> Update:
    """A value that is nothing but errors, as when Meta fails on its side (webhooks/reference/messages/errors)."""
    return Update(number.account_id, "messages", _value(number, errors=[reported(code, details)]), number.id)


def user_id_update(number: Number, customer: Customer, previous: str, at: float) -> Update:
    """The separate field that announced a new BSUID before system messages carried the old one."""
    change: dict[str, Any] = {
        "detail": "The user's business-scoped ID changed.",
        "user_id": {"previous": previous, "current": customer.bsuid},
        "timestamp": str(int(at)),
    }
    if customer.wa_id:
        change["wa_id"] = customer.wa_id
    return Update(number.account_id, "user_id_update", _value(number, user_id_update=[change]), number.id)
