"""Media: what customers attached and what the business uploaded, within a bound of bytes."""

import hashlib
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Any

from simulator.identifiers import media_id

# A media URL lives five minutes, an uploaded file 30 days, a received one 7 (reference/media).
URL_S = 300.0
UPLOADED_S = 30 * 86_400.0
RECEIVED_S = 7 * 86_400.0


@dataclass(slots=True, frozen=True)
class Media:
    """One file."""

    id: str
    body: bytes
    mime: str
    expires_at: float


class Shelf:
    """Past `bytes_max` the oldest file goes."""

    def __init__(self, bytes_max: int, ids: Random, now: Callable[[], float]) -> None:
        self.base_url = ""
        self._bytes_max = bytes_max
        self._ids = ids
        self._now = now
        self._media: OrderedDict[str, Media] = OrderedDict()
        self._bytes = 0

    def add(self, body: bytes, mime: str, lives_s: float = UPLOADED_S) -> Media:
        """Keep a file."""
        media = Media(media_id(self._ids), body, mime, self._now() + lives_s)
        self._media[media.id] = media
        self._bytes += len(body)
        while self._bytes > self._bytes_max and len(self._media) > 1:
            _, oldest = self._media.popitem(last=False)
            self._bytes -= len(oldest.body)
        return media

    def shelve(self, body: bytes, mime: str) -> tuple[str, str]:
        """Keep a file a customer sent; its id and URL."""
        media = self.add(body, mime, RECEIVED_S)
        return media.id, self.url(media)

    def get(self, found_id: str) -> Media | None:
        """A file that is still there."""
        media = self._media.get(found_id)
        return media if media is not None and media.expires_at > self._now() else None

    def remove(self, found_id: str) -> bool:
        """Delete a file."""
        media = self._media.pop(found_id, None)
        if media is None:
            return False
        self._bytes -= len(media.body)
        return True

    def url(self, media: Media) -> str:
        """Where the bytes can be fetched for five minutes, with the token."""
        return f"{self.base_url}/media/{media.id}?ext={int(self._now() + URL_S)}"

    def shown(self, media: Media) -> dict[str, Any]:
        """The node as Graph answers it; the digest is hexadecimal here and base64 in webhooks."""
        return {
            "messaging_product": "whatsapp",
            "url": self.url(media),
            "mime_type": media.mime,
            "sha256": hashlib.sha256(media.body).hexdigest(),
            "file_size": str(len(media.body)),
            "id": media.id,
        }
