"""One example of every webhook field that is not about messages (webhooks/reference)."""

from typing import Any

from simulator.number import Number
from simulator.webhooks.envelope import Update

# These carry a number's metadata in their value, the others only name it, or do not.
WITH_METADATA = frozenset(
    {"user_preferences", "user_id_update", "smb_app_state_sync", "calls", "automatic_events", "group_status_update"}
)  # fmt: skip
_TEMPLATE = {"message_template_id": 594425479261596, "message_template_name": "order_ready"}
_NAMED = {**_TEMPLATE, "message_template_language": "en_US"}


def _values(number: Number, at: int) -> dict[str, dict[str, Any]]:
    plus = f"+{number.display_number}"
    alert = {"alert_severity": "CRITICAL", "alert_status": "ACTIVE", "alert_type": "OBA", "alert_description": "Denied"}
    call = {"id": "wacid.ABGG", "to": number.display_number, "from": "34600555101", "event": "connect"}
    group = {"timestamp": str(at), "group_id": "Y2FwaV9ncm91cA", "request_id": "1"}
    preference = {"wa_id": "34600555101", "user_id": "ES.34600555101000000001", "category": "marketing_messages"}
    contact = {"full_name": "María Fernández", "first_name": "María", "phone_number": "34600555101"}
    return {
        "account_alerts": {"entity_type": "BUSINESS", "entity_id": "10", "alert_info": alert},
        "account_review_update": {"decision": "APPROVED"},
        "account_settings_update": {
            "messaging_product": "whatsapp",
            "timestamp": str(at),
            "type": "phone_number_settings",
            "phone_number_settings": {"phone_number_id": number.id, "calling": {"status": "ENABLED"}},
        },
        "account_update": {
            "event": "ACCOUNT_RESTRICTION",
            "restriction_info": [{"restriction_type": "RESTRICTED_BIZ_INITIATED_MESSAGING", "expiration": at + 86_400}],
        },
        "automatic_events": {"automatic_events": [{"id": "e1", "event_name": "LeadSubmitted", "timestamp": at}]},
        "business_capability_update": {
            "max_daily_conversations_per_business": "TIER_2K",
            "max_phone_numbers_per_waba": 20,
        },
        "business_username_updates": {"display_phone_number": plus, "username": "lakeside", "status": "approved"},
        "calls": {"calls": [{**call, "timestamp": str(at), "direction": "USER_INITIATED"}]},
        "flows": {"event": "FLOW_STATUS_CHANGE", "flow_id": "6627390910605886", "new_status": "PUBLISHED"},
        "group_lifecycle_update": {"groups": [{**group, "type": "group_create", "subject": "Bakers"}]},
        "group_participants_update": {"groups": [{**group, "type": "group_participants_add"}]},
        "group_settings_update": {"groups": [{**group, "type": "group_settings_update"}]},
        "group_status_update": {"groups": [{**group, "type": "group_suspend"}]},
        "message_template_components_update": {**_NAMED, "message_template_element": "Your order is ready"},
        "message_template_quality_update": {
            **_NAMED,
            "previous_quality_score": "GREEN",
            "new_quality_score": "YELLOW",
        },
        "message_template_status_update": {**_NAMED, "event": "APPROVED", "reason": None},
        "messaging_handovers": {
            "messaging_product": "whatsapp",
            "sender": {"phone_number": "34600555101"},
            "recipient": {"phone_number_id": number.id, "display_phone_number": number.display_number},
            "type": "control_passed",
            "timestamp": str(at),
            "control_passed": {"previous_owner_app_role": "primary", "new_owner_role": "secondary"},
        },
        "partner_solutions": {"event": "SOLUTION_CREATED", "solution_id": "7", "solution_status": "INITIATED"},
        "payment_configuration_update": {
            "configuration_name": "till",
            "status": "Active",
            "provider_name": "razorpay",
            "created_timestamp": at,
            "updated_timestamp": at,
        },
        "phone_number_name_update": {
            "display_phone_number": plus,
            "decision": "APPROVED",
            "requested_verified_name": number.verified_name,
            "rejection_reason": None,
        },
        "phone_number_quality_update": {
            "display_phone_number": plus,
            "event": "THROUGHPUT_UPGRADE",
            "current_limit": "TIER_UNLIMITED",
            "max_daily_conversations_per_business": "TIER_UNLIMITED",
        },
        "security": {"display_phone_number": plus, "event": "PIN_CHANGED", "requester": "61555822107539"},
        "smb_app_state_sync": {
            "state_sync": [{"type": "contact", "action": "add", "contact": contact, "metadata": {"timestamp": str(at)}}]
        },
        "template_category_update": {**_NAMED, "previous_category": "UTILITY", "new_category": "MARKETING"},
        "template_correct_category_detection": {**_NAMED, "category": "UTILITY", "correct_category": "MARKETING"},
        "user_id_update": {
            "user_id_update": [
                {
                    "wa_id": "34600555101",
                    "detail": "The ID changed",
                    "user_id": {"previous": "ES.1", "current": "ES.2"},
                    "timestamp": str(at),
                }
            ]
        },
        "user_preferences": {
            "user_preferences": [{**preference, "detail": "User requested to stop", "value": "stop", "timestamp": at}]
        },
        # No such field exists; what a product does with it is what it will do with tomorrow's.
        "holographic_updates": {"display_phone_number": plus, "depth_mm": 40, "layers": [{"name": "front"}]},
    }


FIELDS = tuple(sorted(_values(Number("0", "0", "0", ""), 0)))


def update(number: Number, field: str, at: float, value: dict[str, Any] | None = None) -> Update:
    """An update of a field, with its sample value or another; KeyError for a field without a sample."""
    found = value if value is not None else _values(number, int(at))[field]
    if value is None and field in WITH_METADATA:
        found = {"messaging_product": "whatsapp", "metadata": number.metadata(), **found}
    about = number.id if field in WITH_METADATA else None
    return Update(number.account_id, field, found, about, entry_time=int(at))


def dashboard_test() -> Update:
    """What the "Test" button of the App Dashboard sends: ids that belong to nobody."""
    value = {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": "16505551111", "phone_number_id": "123456123"},
        "contacts": [{"profile": {"name": "test user name"}, "wa_id": "16315551181"}],
        "messages": [
            {
                "from": "16315551181",
                "id": "ABGGFlA5Fpa",
                "timestamp": "1504902988",
                "type": "text",
                "text": {"body": "this is a text message"},
            }
        ],
    }
    return Update("0", "messages", value, "123456123")
