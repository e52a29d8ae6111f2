"""Whether Meta signed these exact bytes: HMAC-SHA256 under an app secret (META: webhooks/create-webhook-endpoint)."""

import hashlib
import hmac
import re
from collections.abc import Iterable

HEADER = "X-Hub-Signature-256"

_SHAPE = re.compile(r"sha256=([0-9a-f]{64})")


class Proof:
    """The signature of one body; each distinct secret is tried once, however many numbers share it."""

    __slots__ = ("_body", "_claimed", "_tried")

    def __init__(self, body: bytes, header: str | None) -> None:
        shaped = _SHAPE.fullmatch(header) if header is not None else None
        self._claimed = bytes.fromhex(shaped[1]) if shaped else None
        self._body = body
        self._tried: dict[bytes, bool] = {}

    @property
    def claims(self) -> bool:
        """Whether there is a well-formed signature at all, right or wrong."""
        return self._claimed is not None

    def by_any(self, secrets: Iterable[bytes]) -> bool:
        """Whether one of the secrets signed the body; a missing or malformed header is signed by none."""
        return any(map(self.by, secrets))

    def by(self, secret: bytes) -> bool:
        """Whether this one did."""
        if self._claimed is None:
            return False
        known = self._tried.get(secret)
        if known is None:
            made = hmac.digest(secret, self._body, hashlib.sha256)
            known = self._tried[secret] = hmac.compare_digest(made, self._claimed)
        return known
