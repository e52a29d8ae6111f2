"""The search for planted words: a search that finds nothing proves nothing until it has been seen to find."""

import base64
import json
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.canaries import Canaries, condensed

WORD = "Ünter den Linden/77 + 8"
PHONE = "4915551234567"
SECRET = "EAA" + "abcdefghij" * 6


@pytest.mark.parametrize(
    "said",
    [
        WORD,
        json.dumps({"text": WORD}),
        json.dumps({"text": WORD}, ensure_ascii=False),
        repr(WORD),
        ascii(WORD),
        quote(WORD, safe=""),
        WORD.encode().hex(),
        *(base64.b64encode(b"x" * shift + WORD.encode() + b"y" * 7).decode() for shift in range(4)),
        *(base64.urlsafe_b64encode(b"x" * shift + WORD.encode()).decode() for shift in range(4)),
    ],
)
def test_a_word_is_found_in_any_form(said: str) -> None:
    """As it is, in JSON, in Python, in an address, in hex, in base64 wherever it begins."""
    canaries = Canaries({"a text": WORD})

    assert ["a text"] == [found.partition(" (")[0] for found in canaries.in_text(f"before {said} after")]
    assert canaries.in_text(said.encode())


@pytest.mark.parametrize("said", [PHONE, f"+{PHONE}", "+49 1555 123-45-67", "4915551234567@c.us", "(49)1555 1234567"])
def test_a_phone_number_is_found_however_it_is_grouped(said: str) -> None:
    """People write it in many ways, and so do programs."""
    assert Canaries({"a phone": PHONE}).in_text(said)


@pytest.mark.parametrize("said", [SECRET[:25], f"token …{SECRET[-24:]}"])
def test_a_large_part_of_a_secret_is_found(said: str) -> None:
    """A log that shows half of it has shown too much; four letters tell nobody anything."""
    assert Canaries({"a token": SECRET}).in_text(said)
    assert not Canaries({"a token": SECRET}).in_text(f"…{SECRET[-4:]}")


def test_what_is_not_there_is_not_found() -> None:
    """Hashes, times and counts are no phones."""
    canaries = Canaries({"a text": WORD, "a phone": PHONE, "a token": SECRET})

    assert [] == canaries.in_text('{"timestamp":"2026-01-01T10:00:00.123456Z","took_ms":4915.55,"id":"~ghijklmnopqr"}')


def test_a_find_names_the_file_and_not_the_word(tmp_path: Path) -> None:
    """The report of a test is read by many."""
    (tmp_path / "api.log").write_text(f"oops: {SECRET}")
    (tmp_path / "push.log").write_text("nothing")

    (found,) = Canaries({"a token": SECRET}).in_files(tmp_path.glob("*.log"))

    assert found.startswith("api.log: a token")
    assert SECRET not in found


def test_a_log_of_many_lines_is_read_once_each(tmp_path: Path) -> None:
    """What only tells lines apart is left out, and nothing else: a phone among the times is found."""
    log = tmp_path / "api.log"
    line = '{{"took_ms":{0}.5,"id":"~ghijklmnopqr","timestamp":"2026-01-01T00:00:00.{0:06}Z","wait_s":{1}}}\n'
    log.write_text("".join(line.format(number, 3) for number in range(1000)))
    canaries = Canaries({"a phone": PHONE})

    assert 1 == len(condensed(log).splitlines())
    assert [] == canaries.in_files([log])
    log.write_text(line.format(1, PHONE))
    assert 1 == len(canaries.in_files([log]))


def test_what_is_too_short_to_be_looked_for_is_refused() -> None:
    """It would be found in everything, and then left out of the search by somebody."""
    with pytest.raises(ValueError, match="a name"):
        Canaries({"a name": "Ada"})
