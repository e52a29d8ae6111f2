"""What Graph says of how a number is wired: its account, the token's app, and where webhooks go (META 1.7, 4.5)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

# Of the number: `health_status` names account and app on the way (META: support/health-status), so that neither has to
# be asked for with the token in a URL.
WIRING_FIELDS = ("id", "health_status", "webhook_configuration")
APPS_MAX = 100  # one page; nobody subscribes more

Level = Literal["number", "account", "app"]
_LEVELS: tuple[tuple[str, Level], ...] = (
    ("phone_number", "number"),
    ("whatsapp_business_account", "account"),
    ("application", "app"),
)
_ID = re.compile(r"[0-9]{1,32}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Wiring:
    """Whatever Graph did not say is None."""

    account_id: str | None = None
    app_id: str | None = None
    delivers_to: tuple[Level, str] | None = None  # the callback in force, and what sets it


@dataclass(frozen=True, slots=True)
class App:
    """An app that gets an account's webhooks."""

    id: str
    name: str


def wiring(document: Mapping[str, Any]) -> Wiring:
    """From the number's node, read with WIRING_FIELDS."""
    health, configured = document.get("health_status"), document.get("webhook_configuration")
    entities = health.get("entities") if isinstance(health, dict) else None
    listed = [each for each in entities if isinstance(each, dict)] if isinstance(entities, list) else []
    urls = configured if isinstance(configured, dict) else {}
    delivers_to = next(((level, urls[name]) for name, level in _LEVELS if _is_url(urls.get(name))), None)
    return Wiring(_id_of(listed, "WABA"), _id_of(listed, "APP"), delivers_to)


def apps(document: Mapping[str, Any]) -> tuple[App, ...] | None:
    """From an account's subscribed_apps; None when it is no such list."""
    listed = document.get("data")
    if not isinstance(listed, list):
        return None
    found = [each.get("whatsapp_business_api_data") for each in listed if isinstance(each, dict)]
    return tuple(
        App(str(each.get("id", "")), str(each.get("name") or each.get("id") or "?"))
        for each in found
        if isinstance(each, dict)
    )


def is_id(text: str | None) -> bool:
    """Whether it can be the id of an account or an app."""
    return text is not None and _ID.fullmatch(text) is not None


def _id_of(entities: list[dict[str, Any]], kind: str) -> str | None:
    found = next((each.get("id") for each in entities if each.get("entity_type") == kind), None)
    name = None if found is None else str(found)
    return name if is_id(name) else None


def _is_url(value: Any) -> bool:
    return isinstance(value, str) and bool(value)
