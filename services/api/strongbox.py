"""A file of lines that only a holder of its key can read, and that nobody can shorten, mix or change unnoticed.

After the header come blocks, each sealed with AES-256-GCM under a key of this file alone. A block's nonce counts the
blocks and says whether it is the last, so that one that is missing, moved or cut off does not open.
"""

import secrets
from collections.abc import Iterator, Sequence
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from shared.vault import KEY_BYTES, Vault, key_id

MAGIC = b"cloud-inbox backup "
FORMAT = 1
SALT_BYTES = 16
BLOCK_BYTES = 64 * 1024  # held in memory, with one more to see whether it is the last
TAG_BYTES = 16
LINE_BYTES_MAX = 4 * 1024 * 1024  # a number with every field at its longest is far below
_HEAD_BYTES = len(MAGIC) + 4 + 8 + SALT_BYTES


class Refused(Exception):
    """The file cannot be read here; the text says why, in one line and without a secret."""


class Writer:
    """Seals lines into a file with the newest key; without `close` the file has no end and opens nowhere."""

    def __init__(self, file: BinaryIO, keys: Sequence[bytes]) -> None:
        salt = secrets.token_bytes(SALT_BYTES)
        self._head = MAGIC + f"{FORMAT:03}\n".encode() + key_id(keys[0]).encode() + salt
        self._door = AESGCM(_derived(keys[0], salt, b"blocks"))
        self.vault = _vault(keys[0], salt)
        self._file = file
        self._held = bytearray()
        self._blocks = 0
        file.write(self._head)

    def write(self, line: bytes) -> None:
        """One more line."""
        self._held += line + b"\n"
        # What is held back is never nothing, so that the last block is one that holds something.
        while len(self._held) > BLOCK_BYTES:
            self._seal(bytes(self._held[:BLOCK_BYTES]), last=False)
            del self._held[:BLOCK_BYTES]

    def close(self) -> None:
        """Write the last block."""
        self._seal(bytes(self._held), last=True)

    def _seal(self, plain: bytes, *, last: bool) -> None:
        self._file.write(self._door.encrypt(_nonce(self._blocks, last=last), plain, self._head))
        self._blocks += 1


class Reader:
    """Opens a file with whichever of the keys it was sealed with."""

    def __init__(self, file: BinaryIO, keys: Sequence[bytes]) -> None:
        self._head = file.read(_HEAD_BYTES)
        if not self._head.startswith(MAGIC):
            raise Refused("this is no backup of Cloud Inbox")
        number, rest = self._head[len(MAGIC) :][:4], self._head[len(MAGIC) + 4 :]
        if number != f"{FORMAT:03}\n".encode():
            raise Refused("the backup has another format: restore it with the version that made it, or a newer one")
        name, salt = rest[:8].decode(errors="replace"), rest[8:]
        key = next((key for key in keys if key_id(key) == name), None)
        if len(salt) != SALT_BYTES:
            raise Refused("the backup is damaged or was cut short")
        if key is None:
            shown = name if name.isalnum() else "?"
            raise Refused(f"the backup was made with key {shown}, which INBOX_SECRET_KEYS does not hold")
        self._door = AESGCM(_derived(key, salt, b"blocks"))
        self.vault = _vault(key, salt)
        self._file = file

    def lines(self) -> Iterator[bytes]:
        """Each line in turn; Refused when the file is not whole, which may only show at its end."""
        held = b""
        for plain in self._blocks():
            *whole, held = (held + plain).split(b"\n")
            if len(held) > LINE_BYTES_MAX:
                raise Refused("the backup holds a line that is too long")
            yield from whole
        if held:
            raise Refused("the backup is damaged or was cut short")

    def _blocks(self) -> Iterator[bytes]:
        self._file.seek(_HEAD_BYTES)
        count, block = 0, self._file.read(BLOCK_BYTES + TAG_BYTES)
        while True:
            following = self._file.read(BLOCK_BYTES + TAG_BYTES)
            try:
                yield self._door.decrypt(_nonce(count, last=not following), block, self._head)
            except InvalidTag:
                raise Refused("the backup is damaged or was cut short") from None
            if not following:
                return
            count, block = count + 1, following


def _nonce(count: int, *, last: bool) -> bytes:
    """Never the same twice under one key, because each file has a key of its own."""
    return count.to_bytes(11, "big") + bytes([last])


def _vault(key: bytes, salt: bytes) -> Vault:
    """Seals the credentials inside once more, so that no line ever holds one in the clear."""
    return Vault([_derived(key, salt, b"credentials")])


def _derived(key: bytes, salt: bytes, purpose: bytes) -> bytes:
    return HKDF(SHA256(), KEY_BYTES, salt, b"cloud-inbox backup: " + purpose).derive(key)
