"""Words that are planted where secrets, texts and people are, and looked for wherever something is said.

`Canaries({"an access token": token, ...}).in_files(folder.glob("*.log"))` names what is found, by its name and its
form, never by itself: a word may be written in base64 (as a wamid holds a phone), for an address, or in hex.
"""

import base64
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from urllib.parse import quote, quote_plus

LENGTH_MIN = 6  # anything shorter is found everywhere
PIECES_LENGTH = 20  # of a long secret half would be too much
_PHONE = re.compile(r"\+?\d{7,15}")
_TELLING_NOTHING = re.compile(
    r'"timestamp":"[0-9TZ:.-]{20,32}"|~[g-v]{12}|"\w+_(?:ms|s)":[0-9]{1,6}(?:\.[0-9]{1,3})?(?=[,}])'
)
_BETWEEN = re.compile(r"(?<=\d)[^0-9A-Za-z]{1,2}(?=\d)")


class Canaries:
    """What was planted, by the name under which a find is told."""

    def __init__(self, planted: Mapping[str, str]) -> None:
        short = [name for name, word in planted.items() if len(word) < LENGTH_MIN]
        if short:
            raise ValueError(f"too short to be looked for: {', '.join(short)}")
        self._looked_for = [
            (name, form, word) for name, planted_word in planted.items() for form, word in forms(planted_word)
        ]
        self._phones = [(name, word.lstrip("+")) for name, word in planted.items() if _PHONE.fullmatch(word)]

    def in_text(self, said: str | bytes) -> list[str]:
        """The name and form of each that occurs."""
        text = said.decode(errors="replace") if isinstance(said, bytes) else said
        found = {name: f"{name} ({form})" for name, form, word in self._looked_for if word in text}
        joined = _BETWEEN.sub("", text) if self._phones else ""
        found |= {name: f"{name} (in groups)" for name, digits in self._phones if digits in joined}
        return sorted(found.values())

    def in_files(self, paths: Iterable[Path]) -> list[str]:
        """Each find with the file that holds it."""
        return [f"{path.name}: {found}" for path in sorted(paths) for found in self.in_text(condensed(path))]


def condensed(path: Path) -> str:
    """Each line of a log once: times and keyed hashes, which alone tell most lines apart, hold nothing."""
    with path.open(errors="replace") as lines:
        return "".join({_TELLING_NOTHING.sub("", line) for line in lines})


def forms(word: str) -> Iterator[tuple[str, str]]:
    """How a word may be written, the plain one first."""
    raw = word.encode()
    yield "plain", word
    for name, other in (
        ("as JSON", json.dumps(word)[1:-1]),
        ("as Python", ascii(word)[1:-1]),
        ("in an address", quote(word, safe="")),
        ("in a form", quote_plus(word)),
    ):
        if other != word:
            yield name, other
    yield "hex", raw.hex()
    for shift in range(3):
        # Where it stands in a longer text decides how base64 writes it; its own edges depend on its neighbours.
        encoded = base64.b64encode(b"\0" * shift + raw + b"\0" * (-(shift + len(raw)) % 3)).decode()
        core = encoded[(4 if shift else 0) : -4]
        if len(core) >= LENGTH_MIN:
            yield "base64", core
            if core.translate(_URLSAFE) != core:
                yield "base64", core.translate(_URLSAFE)
    if len(word) >= 2 * PIECES_LENGTH:
        yield "its beginning", word[:PIECES_LENGTH]
        yield "its end", word[-PIECES_LENGTH:]


_URLSAFE = str.maketrans("+/", "-_")
