"""What a message says: Meta's own shapes and names, tagged by `type` (META's webhooks/reference/messages pages).

Every model keeps fields that it does not know, and a type that Meta adds tomorrow is kept whole as `OtherContent`:
what a customer said must survive our ignorance of it.
"""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Discriminator, Field, JsonValue, Tag

TEXT_LENGTH_MAX = 4096  # characters; Meta's limit for text.body


class Part(BaseModel):
    """A piece of Meta's JSON: frozen, and open to fields not yet known."""

    model_config = ConfigDict(frozen=True, extra="allow")


class Text(Part):
    """The words of a text message."""

    body: str
    preview_url: bool | None = None


class Media(Part):
    """A file at Meta; the URL lives 5 minutes, the id 7 days."""

    id: str | None = None
    mime_type: str | None = None
    sha256: str | None = None
    caption: str | None = None
    filename: str | None = None
    voice: bool | None = None
    animated: bool | None = None


class Location(Part):
    """A place; coordinates have been seen as numbers and as strings."""

    latitude: float | str | None = None
    longitude: float | str | None = None
    name: str | None = None
    address: str | None = None


class Reaction(Part):
    """An emoji on another message; empty or absent when it is taken back."""

    message_id: str
    emoji: str = ""


class TextContent(Part):
    """Words."""

    type: Literal["text"]
    text: Text


class MediaContent(Part):
    """A file of one of the media types; the field named like the type holds it."""

    type: Literal["image", "video", "audio", "voice", "document", "sticker"]
    image: Media | None = None
    video: Media | None = None
    audio: Media | None = None
    voice: Media | None = None
    document: Media | None = None
    sticker: Media | None = None


class LocationContent(Part):
    """A place on the map."""

    type: Literal["location"]
    location: Location


class ContactsContent(Part):
    """Contact cards."""

    type: Literal["contacts"]
    contacts: list[dict[str, JsonValue]]


class ReactionContent(Part):
    """A reaction to send; never a row of its own in a conversation."""

    type: Literal["reaction"]
    reaction: Reaction


class InteractiveContent(Part):
    """A reply to buttons, a list, a flow or a permission request."""

    type: Literal["interactive"]
    interactive: dict[str, JsonValue]


class ButtonContent(Part):
    """A tap on a template's quick reply."""

    type: Literal["button"]
    button: dict[str, JsonValue]


class OrderContent(Part):
    """An order from a catalog."""

    type: Literal["order"]
    order: dict[str, JsonValue]


class SystemContent(Part):
    """WhatsApp's own notice, such as a changed number."""

    type: Literal["system"]
    system: dict[str, JsonValue]


class TemplateContent(Part):
    """Pre-approved content, seen in echoes and history."""

    type: Literal["template"]
    template: dict[str, JsonValue]


class UnsupportedContent(Part):
    """Something WhatsApp does not hand to the Cloud API."""

    type: Literal["unsupported"]
    unsupported: dict[str, JsonValue] | None = None


class OtherContent(Part):
    """A type without a model of its own: kept as it came."""

    type: str


_MODELLED = {
    "text": "text",
    **dict.fromkeys(("image", "video", "audio", "voice", "document", "sticker"), "media"),
    **{name: name for name in ("location", "contacts", "reaction", "interactive", "button", "order")},
    **{name: name for name in ("system", "template", "unsupported")},
}


def _model(value: Any) -> str:
    kind = value.get("type") if isinstance(value, dict) else getattr(value, "type", None)
    if isinstance(value, OtherContent):
        return "other"
    return _MODELLED.get(kind, "other") if isinstance(kind, str) else "other"


Content = Annotated[
    Annotated[TextContent, Tag("text")]
    | Annotated[MediaContent, Tag("media")]
    | Annotated[LocationContent, Tag("location")]
    | Annotated[ContactsContent, Tag("contacts")]
    | Annotated[ReactionContent, Tag("reaction")]
    | Annotated[InteractiveContent, Tag("interactive")]
    | Annotated[ButtonContent, Tag("button")]
    | Annotated[OrderContent, Tag("order")]
    | Annotated[SystemContent, Tag("system")]
    | Annotated[TemplateContent, Tag("template")]
    | Annotated[UnsupportedContent, Tag("unsupported")]
    | Annotated[OtherContent, Tag("other")],
    Discriminator(_model),
]


class OutboundText(Text):
    """Text as an agent may send it."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    body: str = Field(min_length=1, max_length=TEXT_LENGTH_MAX)


class OutboundTextContent(BaseModel):
    """A text to send."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    type: Literal["text"]
    text: OutboundText


class OutboundReaction(BaseModel):
    """A reaction to send; an empty emoji takes it back."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    message_id: str = Field(min_length=1, max_length=512)
    emoji: str = Field(max_length=64)


class OutboundReactionContent(BaseModel):
    """A reaction to send."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    type: Literal["reaction"]
    reaction: OutboundReaction


OutboundContent = Annotated[OutboundTextContent | OutboundReactionContent, Discriminator("type")]


def placeholder(content: Content) -> str | None:
    """`[image]` and the like for what the inbox shows without its content; None for text."""
    return None if isinstance(content, TextContent) else f"[{content.type}]"


def preview_text(content: Content) -> str:
    """One line for the chat list: the words, a caption, or the placeholder."""
    if isinstance(content, TextContent):
        return content.text.body[:200]
    caption = getattr(getattr(content, content.type, None), "caption", None)
    return f"[{content.type}] {caption}"[:200] if isinstance(caption, str) and caption else f"[{content.type}]"
