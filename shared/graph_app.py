"""What Graph says of an access token and of its app: how long, what for, and which webhooks (META 1.8, debug_token)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from shared.graph_wiring import is_id

WHATSAPP = "whatsapp_business_account"  # the object that webhooks about numbers belong to


@dataclass(frozen=True, slots=True)
class Inspection:
    """A token, inspected; `ends_ms` 0 is never."""

    is_valid: bool
    ends_ms: int = 0
    scopes: frozenset[str] = frozenset()
    app_id: str | None = None


@dataclass(frozen=True, slots=True)
class AppFields:
    """The fields of an app's webhooks about WhatsApp accounts."""

    names: frozenset[str] = frozenset()
    active: bool = True


def inspection(document: Mapping[str, Any]) -> Inspection | None:
    """From debug_token; None when it tells nothing of a token."""
    told = document.get("data")
    if not isinstance(told, dict) or not isinstance(told.get("is_valid"), bool):
        return None
    ends_s, scopes, app_id = told.get("expires_at"), told.get("scopes"), str(told.get("app_id", ""))
    return Inspection(
        is_valid=told["is_valid"],
        ends_ms=ends_s * 1000 if isinstance(ends_s, int) and ends_s > 0 else 0,
        scopes=frozenset(map(str, scopes)) if isinstance(scopes, list) else frozenset(),
        app_id=app_id if is_id(app_id) else None,
    )


def app_fields(document: Mapping[str, Any]) -> AppFields | None:
    """From an app's subscriptions; None when it is no such list, no names where WhatsApp is not in it."""
    listed = document.get("data")
    if not isinstance(listed, list):
        return None
    ours = next((one for one in listed if isinstance(one, dict) and one.get("object") == WHATSAPP), None)
    if ours is None:
        return AppFields()
    fields = ours.get("fields")
    names = [one.get("name") if isinstance(one, dict) else one for one in fields] if isinstance(fields, list) else []
    return AppFields(frozenset(str(name) for name in names), ours.get("active") is not False)
