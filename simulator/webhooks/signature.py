"""X-Hub-Signature-256: HMAC-SHA256 with the app secret over the exact bytes (webhooks/create-webhook-endpoint)."""

import hmac
from typing import Literal

Mode = Literal["valid", "none", "wrong", "malformed"]
HEADER = "X-Hub-Signature-256"


def sign(body: bytes, app_secret: str) -> str:
    """The value of the header."""
    return "sha256=" + hmac.digest(app_secret.encode(), body, "sha256").hex()


def headers(body: bytes, app_secret: str | None, mode: Mode) -> dict[str, str]:
    """The header as asked for: valid, missing, of another secret, or of no shape at all."""
    if mode == "none" or app_secret is None:
        return {}
    if mode == "malformed":
        return {HEADER: "sha256=not-hexadecimal"}
    return {HEADER: sign(body, app_secret if mode == "valid" else app_secret + "?")}
