"""Where webhooks go: an app's subscription, or an override for an account or a number."""

import secrets
from typing import Any, Literal, Self

import aiohttp
from pydantic import BaseModel, ConfigDict, Field

# Only these follow an override; account and template fields always go to the app (webhooks/override).
FOLLOW_OVERRIDE = frozenset({"messages", "calls", "history", "smb_app_state_sync", "smb_message_echoes", "standby"})
Scope = Literal["app", "account", "number"]


class Callback(BaseModel):
    """`app` scope: one per subscribed app, limited to `number_ids` when given; the others override it."""

    model_config = ConfigDict(extra="forbid")

    id: str = "default"
    url: str = Field(min_length=1, max_length=2_000)
    verify_token: str = ""
    # None posts without a signature.
    app_secret: str | None = None
    number_ids: frozenset[str] | None = None
    scope: Scope = "app"
    account_id: str | None = None
    verified: bool = False

    def takes(self, account_id: str, number_id: str | None) -> bool:
        """Whether an update about this number is for this callback."""
        if self.scope == "account":
            return self.account_id == account_id
        if self.number_ids is None:
            return True
        return number_id is None or number_id in self.number_ids

    def shown(self) -> dict[str, Any]:
        """For the admin API: everything but the secrets."""
        return self.model_dump(mode="json", exclude={"app_secret", "verify_token"}) | {"signed": bool(self.app_secret)}

    def with_verified(self, verified: bool) -> Self:
        """The same callback after a handshake."""
        return self.model_copy(update={"verified": verified})


def chosen(callbacks: list[Callback], account_id: str, number_id: str | None, field: str) -> list[Callback]:
    """Who gets an update: number before account before app (webhooks/override)."""
    fitting = [c for c in callbacks if c.takes(account_id, number_id)]
    if field in FOLLOW_OVERRIDE and number_id is not None:
        for scope in ("number", "account"):
            if overriding := [c for c in fitting if c.scope == scope]:
                return overriding
    return [c for c in fitting if c.scope == "app"]


async def handshake(callback: Callback, http: aiohttp.ClientSession, timeout_s: float) -> tuple[bool, str]:
    """The GET that proves a callback is ours: 200 and the challenge verbatim (webhooks/create-webhook-endpoint)."""
    challenge = str(secrets.randbelow(9 * 10**9) + 10**9)
    asked = {"hub.mode": "subscribe", "hub.challenge": challenge, "hub.verify_token": callback.verify_token}
    timeout = aiohttp.ClientTimeout(total=timeout_s)
    try:
        async with http.get(callback.url, params=asked, timeout=timeout, allow_redirects=False) as answer:
            body = await answer.content.read(4_096)
            if answer.status != 200:
                return False, f"the callback answered {answer.status}"
            if body.decode(errors="replace") != challenge:
                return False, "the callback answered 200 without the challenge"
            return True, ""
    except (aiohttp.ClientError, TimeoutError, ValueError) as problem:
        return False, f"{type(problem).__name__}: the callback cannot be reached"
