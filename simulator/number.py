"""A business phone number as Graph shows it."""

from dataclasses import dataclass, field
from typing import Any

from simulator.limits import Bucket

# What a lookup without `fields` answers.
DEFAULT_FIELDS = (
    "verified_name",
    "code_verification_status",
    "display_phone_number",
    "quality_rating",
    "platform_type",
    "throughput",
    "webhook_configuration",
)


@dataclass(slots=True)
class Number:
    """`refused_code` makes every call about this number fail, as with a token that lost its rights to it."""

    id: str
    account_id: str
    display_number: str
    verified_name: str
    quality_rating: str = "GREEN"
    coexistence: bool = False
    refused_code: int | None = None
    status: str = "CONNECTED"
    platform_type: str = "CLOUD_API"
    name_status: str = "APPROVED"
    # What health_status holds against an entity (PHONE_NUMBER, WABA, BUSINESS, APP), which is then blocked.
    complaints: dict[str, tuple[int, str]] = field(default_factory=dict)
    throughput: Bucket = field(default_factory=Bucket)

    def fields(self, callback_urls: dict[str, str], app_id: str | None = None) -> dict[str, Any]:
        """Every field this node has (whatsapp-business-phone-number reference)."""
        return {
            "id": self.id,
            "verified_name": self.verified_name,
            "display_phone_number": f"+{self.display_number}",
            "quality_rating": self.quality_rating,
            "code_verification_status": "VERIFIED",
            "name_status": self.name_status,
            "new_name_status": "NONE",
            "status": self.status,
            "platform_type": self.platform_type,
            "account_mode": "LIVE",
            "is_official_business_account": False,
            "is_pin_enabled": True,
            "is_on_biz_app": self.coexistence,
            "throughput": {"level": "NOT_APPLICABLE" if self.coexistence else "STANDARD"},
            "webhook_configuration": callback_urls,
            "messaging_limit_tier": "TIER_2K",
            "whatsapp_business_manager_messaging_limit": "TIER_2K",
            "health_status": {
                "can_send_message": "BLOCKED" if self.complaints else "AVAILABLE",
                "entities": self._entities(app_id),
            },
            "last_onboarded_time": "2026-01-12T09:30:00+0000",
        }

    def _entities(self, app_id: str | None) -> list[dict[str, Any]]:
        """Who has a part in every message, the caller's app among them (support/health-status)."""
        # The portfolio is derived, because nothing else here knows of one.
        ids = {"PHONE_NUMBER": self.id, "WABA": self.account_id, "BUSINESS": f"9{self.account_id}", "APP": app_id}
        return [
            {"entity_type": kind, "id": node, "can_send_message": "AVAILABLE"} | self._complaint(kind)
            for kind, node in ids.items()
            if node
        ]

    def _complaint(self, kind: str) -> dict[str, Any]:
        if kind not in self.complaints:
            return {}
        code, words = self.complaints[kind]
        told = {"error_code": code, "error_description": words, "possible_solution": "See WhatsApp Manager."}
        return {"can_send_message": "BLOCKED", "errors": [told]}

    def metadata(self) -> dict[str, str]:
        """The `metadata` of every webhook about this number."""
        return {"display_phone_number": self.display_number, "phone_number_id": self.id}


def names(fields: str) -> list[str]:
    """The top-level names of a `fields` parameter: `a,b{c,d}.limit(3)` is a and b."""
    depth, name, found = 0, "", []
    for c in fields:
        if c in "{(":
            depth += 1
        elif c in "})":
            depth -= 1
        elif c == "," and depth == 0:
            found.append(name)
            name = ""
        elif depth == 0:
            name += c
    return [n.strip().split(".")[0] for n in [*found, name] if n.strip()]
