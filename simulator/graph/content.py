"""What may be sent, type by type, with the limits Meta documents (messages/*); the first fault found is raised."""

from collections.abc import Callable
from typing import Any

from simulator.errors import GraphError

Part = dict[str, Any]
TEXT_MAX = 4_096
CAPTION_MAX = 1_024
MEDIA = frozenset({"image", "video", "audio", "document", "sticker"})
INTERACTIVE = frozenset(
    {
        "button",
        "list",
        "cta_url",
        "location_request_message",
        "flow",
        "product",
        "product_list",
        "catalog_message",
        "address_message",
        "carousel",
        "call_permission_request",
        "voice_call",
        "request_contact_info",
    }
)
# Templates that exist here: name -> (languages, number of body parameters, category).
TEMPLATES: dict[str, tuple[frozenset[str], int, str]] = {
    "hello_world": (frozenset({"en_US"}), 0, "UTILITY"),
    "order_ready": (frozenset({"en_US", "es", "de"}), 1, "UTILITY"),
    "appointment_reminder": (frozenset({"en_US", "fr", "ar", "he"}), 2, "UTILITY"),
    "spring_offer": (frozenset({"en_US"}), 1, "MARKETING"),
}


def check(content_type: str, part: Any) -> None:
    """Refuse what Graph would refuse."""
    rule = RULES.get(content_type)
    if rule is None:
        kinds = ", ".join(sorted(k.upper() for k in RULES))
        raise GraphError(100, message=f'(#100) Param type must be one of {{{kinds}}} - got "{content_type}".')
    if part is None:
        raise missing(content_type)
    expected = list if content_type == "contacts" else dict
    if not isinstance(part, expected):
        raise invalid(content_type, "must be a JSON " + ("array" if expected is list else "object"))
    rule(part)


def missing(path: str) -> GraphError:
    """A parameter that has to be there."""
    return GraphError(131008, f"Required parameter is missing: {path}")


def invalid(path: str, why: str) -> GraphError:
    """A parameter with a value that cannot be."""
    return GraphError(131009, f"{path} {why}")


def too_long(path: str, most: int) -> GraphError:
    """A parameter that is too long."""
    return GraphError(100, message=f"(#100) Param {path} must be at most {most} characters long.")


def string(part: Part, name: str, path: str, most: int | None = None, required: bool = True) -> str | None:
    """A string of the part, not empty and not too long."""
    value = part.get(name)
    if value is None:
        if required:
            raise missing(path)
        return None
    if not isinstance(value, str):
        raise GraphError(100, message=f"(#100) Param {path} must be a string.")
    if required and not value:
        raise GraphError(100, message=f"(#100) Param {path} must be at least 1 characters long.")
    if most is not None and len(value) > most:
        raise too_long(path, most)
    return value


def _text(part: Part) -> None:
    string(part, "body", "text['body']", TEXT_MAX)


def _media(kind: str) -> Callable[[Part], None]:
    def rule(part: Part) -> None:
        if not (part.get("id") or part.get("link")):
            raise missing(f"{kind}['id'] or {kind}['link']")
        if part.get("id") and part.get("link"):
            raise invalid(kind, "takes either id or link, not both")
        link = part.get("link")
        if link is not None and not (isinstance(link, str) and link.startswith(("http://", "https://"))):
            raise invalid(f"{kind}['link']", "is not a valid URL")
        if kind not in {"audio", "sticker"}:
            string(part, "caption", f"{kind}['caption']", CAPTION_MAX, required=False)

    return rule


def _location(part: Part) -> None:
    for name, most in (("latitude", 90), ("longitude", 180)):
        if part.get(name) is None:
            raise missing(f"location['{name}']")
        try:
            fits = abs(float(part[name])) <= most
        except (TypeError, ValueError):
            fits = False
        if not fits:
            raise invalid(f"location['{name}']", "is not a coordinate")


def _contacts(part: list[Any]) -> None:
    if not part:
        raise missing("contacts")
    for place, card in enumerate(part):
        name = card.get("name") if isinstance(card, dict) else None
        if not isinstance(name, dict) or not name.get("formatted_name"):
            raise missing(f"contacts[{place}]['name']['formatted_name']")
        if not any(name.get(k) for k in ("first_name", "last_name", "middle_name", "prefix", "suffix")):
            raise missing(f"contacts[{place}]['name']: at least one part besides formatted_name")


def _reaction(part: Part) -> None:
    string(part, "message_id", "reaction['message_id']")
    if not isinstance(part.get("emoji"), str):
        raise missing("reaction['emoji']")


def _interactive(part: Part) -> None:
    kind = part.get("type")
    if kind is None:
        raise missing("interactive['type']")
    if kind not in INTERACTIVE:
        raise invalid("interactive['type']", f"is not valid: {kind}")
    action, body = part.get("action"), part.get("body")
    if not isinstance(action, dict):
        raise missing("interactive['action']")
    if kind != "product":
        if not isinstance(body, dict):
            raise missing("interactive['body']")
        string(body, "text", "interactive['body']['text']", TEXT_MAX if kind == "list" else 1_024)
    if kind == "button":
        _buttons(action)
    if kind == "list":
        _rows(action)


def _buttons(action: Part) -> None:
    buttons = action.get("buttons")
    if not isinstance(buttons, list) or not 1 <= len(buttons) <= 3:
        raise invalid("interactive['action']['buttons']", "must have 1 to 3 buttons")
    for place, button in enumerate(buttons):
        reply = button.get("reply") if isinstance(button, dict) else None
        if not isinstance(reply, dict):
            raise missing(f"buttons[{place}]['reply']")
        string(reply, "id", f"buttons[{place}]['reply']['id']", 256)
        string(reply, "title", f"buttons[{place}]['reply']['title']", 20)


def _rows(action: Part) -> None:
    string(action, "button", "interactive['action']['button']", 20)
    sections = action.get("sections")
    if not isinstance(sections, list) or not 1 <= len(sections) <= 10:
        raise invalid("interactive['action']['sections']", "must have 1 to 10 sections")
    rows = [row for s in sections if isinstance(s, dict) for row in s.get("rows") or ()]
    if not 1 <= len(rows) <= 10:
        raise invalid("interactive['action']['sections']", "must have 1 to 10 rows in total")
    for place, row in enumerate(rows):
        string(row, "id", f"rows[{place}]['id']", 200)
        string(row, "title", f"rows[{place}]['title']", 24)
        string(row, "description", f"rows[{place}]['description']", 72, required=False)


def _template(part: Part) -> None:
    name = string(part, "name", "template['name']")
    language = part.get("language")
    code = language.get("code") if isinstance(language, dict) else None
    if not code:
        raise missing("template['language']['code']")
    languages, wanted, _ = TEMPLATES.get(name or "", (frozenset(), 0, ""))
    if code not in languages:
        raise GraphError(132001, f"template name ({name}) does not exist in {code}")
    components = part.get("components") or []
    given = sum(len(c.get("parameters") or ()) for c in components if isinstance(c, dict) and c.get("type") == "body")
    if given != wanted:
        raise GraphError(132000, f"body: number of localizable_params ({given}) does not match the expected ({wanted})")


RULES: dict[str, Callable[[Any], None]] = {
    "text": _text,
    "location": _location,
    "contacts": _contacts,
    "reaction": _reaction,
    "interactive": _interactive,
    "template": _template,
    **{kind: _media(kind) for kind in MEDIA},
}
