"""What Meta sent that nobody here knows: kept all the same, and counted, so that an operator sees Meta move. Pure."""

from typing import Literal

from shared.contract.content import OtherContent
from shared.contract.events import (
    AccountReported,
    Event,
    MessageEchoed,
    MessageReceived,
    PartUnrecognised,
    StatusReported,
)

Oddity = Literal["part", "type", "field"]

# Types that have no model of their own and yet are no news: Meta's legacy and history types, and a call as a row.
TYPES = frozenset({"call", "ephemeral", "media_placeholder", "request_welcome", "unknown", "group_invite"})

# What a webhook can be subscribed to (META: webhooks/overview), and what was seen though never documented.
FIELDS = frozenset(
    {
        "account_alerts",
        "account_review_update",
        "account_settings_update",
        "account_update",
        "automatic_events",
        "business_capability_update",
        "business_status_update",
        "business_username_update",
        "business_username_updates",
        "calls",
        "consumer_profile",
        "flows",
        "group_lifecycle_update",
        "group_participants_update",
        "group_settings_update",
        "group_status_update",
        "history",
        "message_echoes",
        "message_template_components_update",
        "message_template_quality_update",
        "message_template_status_update",
        "messages",
        "messaging_handovers",
        "partner_solutions",
        "payment_configuration_update",
        "phone_number_name_update",
        "phone_number_quality_update",
        "security",
        "smb_app_state_sync",
        "smb_message_echoes",
        "standby",
        "template_category_update",
        "template_correct_category_detection",
        "tracking_events",
        "user_id_update",
        "user_preferences",
    }
)


def oddity(event: Event) -> Oddity | None:
    """What is unknown about it, if anything."""
    match event:
        case StatusReported():  # most are
            return None
        case PartUnrecognised():
            return "part"
        case MessageReceived(content=OtherContent(type=kind)) | MessageEchoed(content=OtherContent(type=kind)):
            return None if kind in TYPES else "type"
        case AccountReported(field=field):
            return None if field in FIELDS else "field"
    return None
