"""Where at Meta something is put right, as a way through its menus; and what is always said of an outcome."""

from dataclasses import dataclass

from services.api.hops import Screen, State

WEBHOOK = "Meta app → WhatsApp → Configuration → Webhook → Edit"
FIELDS = "Meta app → WhatsApp → Configuration → Webhook fields → Manage"
SECRET = "Meta app → App settings → Basic → App secret → Show"  # noqa: S105 (a way through menus)
PUBLISH = "Meta app → Publish"
TOKENS = "Meta Business settings → Users → System users → Generate new token"
BILLING = "Meta Business settings → Billing & payments → WhatsApp business accounts"
SUPPORT = "Meta Business Support Home → Account overview"
NUMBERS = "WhatsApp Manager → Phone numbers"
NAME = "WhatsApp Manager → Phone numbers → the number → Profile → Display name"
EXPLORER = "Meta for Developers → Tools → Graph API Explorer"
TRY = "Write to the number from another phone."


@dataclass(frozen=True, slots=True)
class Finding:
    """What is always said of an outcome."""

    state: State
    title: str
    what_happened: str
    what_to_do: str | None = None
    screen: Screen | None = None
