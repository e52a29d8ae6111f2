"""Encryption at rest for what people paste from Meta: AES-256-GCM, with the key's id in the sealed text."""

import base64
import binascii
import hashlib
import hmac
import secrets
from collections.abc import Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_BYTES = 32
_NONCE_BYTES = 12
_TAG_BYTES = 16
_VERSION = "v1"
_TAIL_LENGTH = 4
_TAIL_SHOWN_FROM = 16  # of a shorter secret, four characters would be too large a part


class VaultError(Exception):
    """A sealed text cannot be opened here: another key, another place, or damage. Never says what is inside."""


class Vault:
    """Seals with the newest key, opens with any of them: rotation is prepending a key."""

    def __init__(self, keys: Sequence[bytes]) -> None:
        if not keys or any(len(key) != KEY_BYTES for key in keys):
            raise ValueError(f"a vault needs keys of {KEY_BYTES} bytes, newest first")
        self._doors = {key_id(key): AESGCM(key) for key in reversed(keys)}
        self._newest = key_id(keys[0])
        self._fingerprint_key = hmac.digest(keys[-1], b"fingerprint", "sha256")

    def seal(self, plain: str, associated: str) -> str:
        """The text encrypted for one place: `associated` names it, and only there it opens again."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        cipher = self._doors[self._newest].encrypt(nonce, plain.encode(), _bound(self._newest, associated))
        return f"{_VERSION}.{self._newest}.{base64.urlsafe_b64encode(nonce + cipher).decode()}"

    def open(self, sealed: str, associated: str) -> str:
        """The text again; VaultError when the key is gone, the place is another one, or a byte was changed."""
        version, _, rest = sealed.partition(".")
        key_id, _, body = rest.partition(".")
        if version != _VERSION:
            raise VaultError("not a sealed text")
        door = self._doors.get(key_id)
        if door is None:
            raise VaultError(f"sealed with key {key_id[:8]}, which INBOX_SECRET_KEYS does not hold")
        try:
            raw = base64.b64decode(body, altchars=b"-_", validate=True)
            if len(raw) < _NONCE_BYTES + _TAG_BYTES:
                raise VaultError("a sealed text was cut short")
            return door.decrypt(raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], _bound(key_id, associated)).decode()
        except (InvalidTag, binascii.Error, ValueError):
            raise VaultError("a sealed text does not open: it was changed, or belongs elsewhere") from None

    def sealed_with_newest(self, sealed: str) -> bool:
        """Whether it would survive dropping every key but the newest."""
        return sealed.startswith(f"{_VERSION}.{self._newest}.")

    def fingerprint(self, plain: str) -> str:
        """Enough to recognise a secret by: its last four characters, or four of a keyed hash when it is short."""
        if len(plain) >= _TAIL_SHOWN_FROM:
            return f"…{plain[-_TAIL_LENGTH:]}"
        return f"…{hmac.digest(self._fingerprint_key, plain.encode(), 'sha256').hex()[:_TAIL_LENGTH]}"


def key_id(key: bytes) -> str:
    """What a key is called in what it has sealed; nothing about the key can be told from it."""
    return hashlib.sha256(b"cloud-inbox key id:" + key).hexdigest()[:8]


def _bound(key_id: str, associated: str) -> bytes:
    return f"{_VERSION}.{key_id}:{associated}".encode()
