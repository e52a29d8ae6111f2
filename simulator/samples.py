"""One example of every kind of message a customer can send, in Meta's shapes (webhooks/reference/messages)."""

import base64
import hashlib
import zlib
from collections.abc import Callable
from typing import Any

from simulator.errors import reported

Content = dict[str, Any]
# Registers bytes and answers (media id, url).
Shelve = Callable[[bytes, str], tuple[str, str]]

UNSUPPORTED = (
    "button", "edit", "errors", "gif", "group_invite", "hsm", "image", "interactive", "keep_in_chat", "link_preview",
    "list", "location", "media_placeholder", "order", "pin", "poll_creation", "poll_update", "product", "reaction",
)  # fmt: skip
# The smallest PNG there is; what it is called matters more here than what it shows.
PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
MEDIA: dict[str, tuple[str, dict[str, Any]]] = {
    "image": ("image/jpeg", {"caption": "Is this the right size? 📐"}),
    "video": ("video/mp4", {"caption": "Look what the cat did"}),
    "audio": ("audio/mpeg", {"voice": False}),
    "voice": ("audio/ogg; codecs=opus", {"voice": True}),
    "document": ("application/pdf", {"filename": "order 4711.pdf", "caption": "The signed order"}),
    "sticker": ("image/webp", {"animated": False}),
}


def media(name: str, shelve: Shelve, with_url: bool = True) -> Content:
    """A media message whose id and url can really be fetched."""
    mime, more = MEDIA[name]
    body = PIXEL + name.encode()
    found_id, url = shelve(body, mime)
    content_type = "audio" if name == "voice" else name
    digest = base64.b64encode(hashlib.sha256(body).digest()).decode()
    described = {"id": found_id, "mime_type": mime, "sha256": digest, **more}
    if with_url:
        described["url"] = url
    return {"type": content_type, content_type: described}


def _card(**more: Any) -> Content:
    name = {"formatted_name": "Dr. Amina Yusuf", "first_name": "Amina", "last_name": "Yusuf", "prefix": "Dr."}
    address = {"street": "1 Lake Road", "city": "Kisumu", "country": "Kenya", "country_code": "KE", "type": "WORK"}
    return {
        "name": name,
        "phones": [{"phone": "+254 700 000 123", "wa_id": "254700000123", "type": "CELL"}],
        "emails": [{"email": "amina@example.com", "type": "WORK"}],
        "addresses": [address],
        "org": {"company": "Lake Clinic", "department": "Surgery", "title": "Surgeon"},
        "urls": [{"url": "https://example.com/amina", "type": "WORK"}],
        "birthday": "1984-02-29",
        **more,
    }


def _interactive(kind: str, **reply: Any) -> Content:
    return {"type": "interactive", "interactive": {"type": kind, kind: reply}}


def _system(kind: str, body: str, **more: Any) -> Content:
    return {"type": "system", "system": {"type": kind, "body": body, **more}}


def _new_number(target: str) -> str:
    """Another one for each: two people who change to one number would be one person."""
    return f"1646{zlib.crc32(target.encode()) % 10**7:07}"


def _unsupported(kind: str, code: int = 131051) -> Content:
    return {"type": "unsupported", "unsupported": {"type": kind}, "errors": [reported(code)]}


FLOW_ANSWER = '{"flow_token":"booking-17","guests":"4","when":"2026-12-24T19:00"}'
REFERRAL = {
    "source_url": "https://fb.me/3cr4Wqqkv",
    "source_id": "120226305854810726",
    "source_type": "ad",
    "headline": "Chat with us",
    "body": "Fresh every morning",
    "media_type": "image",
    "image_url": "https://scontent.example.com/bread.jpg",
    "ctwa_clid": "Aff-n8ZTODiE79d22KtAwQKj9e_mIEOOj27vDVwFjN80dp4_0NiNhEgpGo0AHemv",
    "welcome_message": {"text": "Hi! How can we help?"},
}


def content(name: str, shelve: Shelve, target_wamid: str = "wamid.unknown") -> Content:
    """The sample of a name; KeyError when there is none. Some carry more than their type, as `context`."""
    if name in MEDIA:
        return media(name, shelve)
    if name.startswith("unsupported_"):
        return _unsupported(name.removeprefix("unsupported_"))
    if name == "image_without_url":
        return media("image", shelve, with_url=False)
    return _fixed(target_wamid)[name]()


def names() -> list[str]:
    """Every sample there is."""
    return [*MEDIA, "image_without_url", *(f"unsupported_{kind}" for kind in UNSUPPORTED), *_fixed("")]


def _fixed(target: str) -> dict[str, Callable[[], Content]]:
    text = {"type": "text", "text": {"body": "Hello 👋"}}
    place = {"latitude": 6.4541, "longitude": 3.3947, "name": "Tunde's Tailoring", "address": "12 Marina, Lagos"}
    ordered = {"product_retailer_id": "cake-07", "quantity": 2, "item_price": 18.5, "currency": "EUR"}
    placed = {"catalog_id": "194836987003835", "text": "For Saturday", "product_items": [ordered]}
    refused = [reported(131052)]
    product = {"catalog_id": "194836987003835", "product_retailer_id": "cake-07"}
    return {
        "text": lambda: text,
        "location": lambda: {"type": "location", "location": place},
        "location_bare": lambda: {"type": "location", "location": {"latitude": "6.4541", "longitude": "3.3947"}},
        "contacts": lambda: {"type": "contacts", "contacts": [_card()]},
        "contacts_requested": lambda: {
            "type": "contacts",
            "contacts": [{"phones": [{"phone": "+15550783999"}], "origin": "contact_request"}],
        },
        "reaction": lambda: {"type": "reaction", "reaction": {"message_id": target, "emoji": "❤️"}},
        "reaction_removed": lambda: {"type": "reaction", "reaction": {"message_id": target}},
        "button_reply": lambda: _interactive("button_reply", id="yes", title="Yes, please"),
        "list_reply": lambda: _interactive("list_reply", id="s2", title="Saturday", description="9 to 12"),
        "nfm_reply": lambda: _interactive("nfm_reply", name="flow", body="Sent", response_json=FLOW_ANSWER),
        "call_permission_reply": lambda: _interactive(
            "call_permission_reply", response="accept", expiration_timestamp=1999999999, response_source="user_action"
        ),
        "payment_method": lambda: _interactive("payment_method", payment_method="upi", reference_id="order-4711"),
        "button": lambda: {
            "type": "button",
            "button": {"payload": "CONFIRM", "text": "Confirm"},
            "context": {"from": "", "id": target},
        },
        "order": lambda: {"type": "order", "order": placed},
        "system_number": lambda: _system("user_changed_number", "Changed number", wa_id=_new_number(target)),
        "system_identity": lambda: _system(
            "customer_identity_changed", "Security code changed", identity="Sjvjlx8G6Z0="
        ),
        "unavailable": lambda: _unsupported("media_placeholder", 131060),
        "media_error": lambda: {"type": "unsupported", "unsupported": {"type": "image"}, "errors": refused},
        "edit": lambda: {
            "type": "edit",
            "edit": {"original_message_id": target, "message": {"type": "text", "text": {"body": "Hello, edited"}}},
        },
        "revoke": lambda: {"type": "revoke", "revoke": {"original_message_id": target}},
        "forwarded": lambda: {**text, "context": {"forwarded": True}},
        "frequently_forwarded": lambda: {**text, "context": {"frequently_forwarded": True}},
        "reply": lambda: {**text, "context": {"from": "", "id": target}},
        "product_question": lambda: {**text, "context": {"from": "", "id": target, "referred_product": product}},
        "from_ad": lambda: {**text, "referral": REFERRAL},
        "request_welcome": lambda: {"type": "request_welcome"},
        "ephemeral": lambda: {"type": "ephemeral"},
        "unknown": lambda: {"type": "unknown", "errors": [reported(131051)]},
        "hologram": lambda: {"type": "hologram", "hologram": {"id": "1", "depth_mm": 40, "layers": [{"name": "a"}]}},
        "group_text": lambda: {**text, "group_id": "Y2FwaV9ncm91cDoxMjAzNjM0MDQ2OTQyMzM4MjAZD"},
    }
