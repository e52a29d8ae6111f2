"""One of every kind of message."""

import base64
import hashlib
import json

import pytest

from simulator import samples

DOCUMENTED = {
    "text", "image", "video", "audio", "document", "sticker", "location", "contacts", "reaction", "interactive",
    "button", "order", "system", "unsupported", "edit", "revoke", "request_welcome", "unknown", "ephemeral",
}  # fmt: skip


def shelve(body: bytes, mime: str) -> tuple[str, str]:
    """A shelf that keeps nothing."""
    return "1234", f"http://media/1234?{mime}"


@pytest.mark.parametrize("name", samples.names())
def test_every_sample_is_json_with_a_type_and_its_part(name: str) -> None:
    """The part named by the type is there wherever Meta has one."""
    content = samples.content(name, shelve, "wamid.target")

    assert content == json.loads(json.dumps(content))
    if content["type"] not in {"request_welcome", "ephemeral", "unknown"}:
        assert content["type"] in content


def test_every_documented_type_has_a_sample_and_one_is_of_tomorrow() -> None:
    """A type nobody knows yet is among them."""
    types = {samples.content(name, shelve)["type"] for name in samples.names()}

    assert types >= DOCUMENTED
    assert "hologram" in types


def test_media_digests_are_of_the_bytes_that_can_be_fetched() -> None:
    """Base64, as in webhooks."""
    kept: dict[str, bytes] = {}

    def keep(body: bytes, _mime: str) -> tuple[str, str]:
        kept["1"] = body
        return "1", "http://media/1"

    image = samples.media("image", keep)["image"]

    assert base64.b64encode(hashlib.sha256(kept[image["id"]]).digest()).decode() == image["sha256"]


def test_an_unknown_name_is_a_key_error() -> None:
    """A typing error is noticed."""
    with pytest.raises(KeyError):
        samples.content("telepathy", shelve)
