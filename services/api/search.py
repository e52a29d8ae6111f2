"""What a search for a contact looks through, and what it finds: every word, however it is written. Pure."""

import re
import unicodedata

from services.api.thread import ThreadRecord

_NOT_DIGIT = re.compile(r"[^0-9]")
_LIKE_A_PHONE = re.compile(r"[0-9+().-]+")


def searchable(record: ThreadRecord) -> str:
    """Name, username and phone, folded, one a line."""
    contact = record.contact
    return "\n".join(_folded(part) for part in (contact.name, contact.username, record.phone) if part)


class Search:
    """The words that somebody typed; `+55 (11) 9000-0200` and `@name` mean what they are stored as."""

    def __init__(self, typed: str) -> None:
        self._words = [_spellings(word) for word in _folded(typed).split()]

    def __bool__(self) -> bool:
        return bool(self._words)

    def finds(self, text: str) -> bool:
        """Whether every word is somewhere in a searchable text."""
        return all(any(spelling in text for spelling in spellings) for spellings in self._words)


def _spellings(word: str) -> list[str]:
    plain = word.lstrip("+@")
    return [plain, _NOT_DIGIT.sub("", word)] if _LIKE_A_PHONE.fullmatch(word) else [plain]


def _folded(text: str) -> str:
    """Without case and accents: who looks for Celik means Çelik, too."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in apart if not unicodedata.combining(letter)).casefold()
