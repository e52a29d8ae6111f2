"""What Graph says of how a number is wired: its account, the token's app, and where webhooks go (META 1.7, 4.5)."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

# Of the number: `health_status` names account and app on the way (META: support/health-status), so that neither has to
# be asked for with the token in a URL.
WIRING_FIELDS = (
    *("id", "health_status", "webhook_configuration", "status", "platform_type", "name_status", "is_on_biz_app"),
)
APPS_MAX = 100  # one page; nobody subscribes more

Level = Literal["number", "account", "app"]
_LEVELS: tuple[tuple[str, Level], ...] = (
    ("phone_number", "number"),
    ("whatsapp_business_account", "account"),
    ("application", "app"),
)
_ID = re.compile(r"[0-9]{1,32}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Ailment:
    """What health_status holds against one entity, in Meta's words; `blocks` says that nothing is sent for it."""

    entity: str
    code: int
    words: str
    remedy: str | None = None
    blocks: bool = False


@dataclass(frozen=True, slots=True)
class Wiring:
    """Whatever Graph did not say is None."""

    account_id: str | None = None
    app_id: str | None = None
    delivers_to: tuple[Level, str] | None = None  # the callback in force, and what sets it
    status: str | None = None
    platform: str | None = None
    name_status: str | None = None
    on_phone: bool = False  # also in the WhatsApp Business app
    health_told: bool = False
    ailments: tuple[Ailment, ...] = ()


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
    return Wiring(
        _id_of(listed, "WABA"),
        _id_of(listed, "APP"),
        delivers_to,
        status=_text(document.get("status")),
        platform=_text(document.get("platform_type")),
        name_status=_text(document.get("name_status")),
        on_phone=document.get("is_on_biz_app") is True,
        health_told=any(isinstance(each.get("can_send_message"), str) for each in listed),
        ailments=tuple(ailment for entity in listed for ailment in _ailments(entity)),
    )


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


def _ailments(entity: dict[str, Any]) -> Iterator[Ailment]:
    kind, blocks = str(entity.get("entity_type")), entity.get("can_send_message") == "BLOCKED"
    errors = entity.get("errors")
    told = [each for each in errors if isinstance(each, dict)] if isinstance(errors, list) else []
    for each in told:
        code = each.get("error_code")
        words, remedy = _text(each.get("error_description")), _text(each.get("possible_solution"))
        yield Ailment(kind, code if isinstance(code, int) else 0, words or "", remedy, blocks)
    if blocks and not told:
        yield Ailment(kind, 0, "can_send_message: BLOCKED", None, blocks)


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None


def _is_url(value: Any) -> bool:
    return isinstance(value, str) and bool(value)
