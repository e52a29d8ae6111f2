"""What a signature over the exact bytes proves."""

import hmac

import pytest

from shared.signature import Proof
from tests.payloads import bodies

BODY = bodies.texts("hello")


@pytest.mark.parametrize(
    ("secret", "body", "digest"),
    [
        (
            b"test_app_secret",
            b'{"object":"whatsapp_business_account","entry":[]}',
            "dec6a680679a968e7e0319355b23599cbfc54502c0784668e9618baa0c633756",
        ),
        (
            b"test_app_secret",
            b'{"object": "whatsapp_business_account", "entry": []}',
            "56cbbaf4961c6cfdae48b7f116c047e5eb513d2c931baae63a2bc1afd26f803a",
        ),
        (
            b"otro_secreto",
            b'{"object":"whatsapp_business_account","entry":[]}',
            "769b03d8c2ae6498f2d1e1f7299c0ba55448c69d741e7b0bb243d852d8a8d8c7",
        ),
    ],
)
def test_known_bodies_have_known_signatures(secret: bytes, body: bytes, digest: str) -> None:
    """The vectors of META 1.2."""
    assert Proof(body, f"sha256={digest}").by_any([secret])
    assert not Proof(body + b" ", f"sha256={digest}").by_any([secret])
    assert not Proof(body, f"sha256={digest}").by_any([secret + b"x"])


@pytest.mark.parametrize("body", [rb'{"name":"\u00e4\u00f6\u00e5 \/ <"}', '{"name":"äöå / <"}'.encode()])
def test_the_received_bytes_are_what_is_signed(body: bytes) -> None:
    """Escaped or raw UTF-8: never decoded and encoded again."""
    assert Proof(body, bodies.signed(body, "s")).by_any([b"s"])


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "sha256=",
        "sha1=" + "a" * 40,
        "sha256=" + "a" * 63,
        "sha256=" + "a" * 65,
        "sha256=" + "g" * 64,
        bodies.signed(BODY, "s").upper(),
        bodies.signed(BODY, "s") + "\n",
        " " + bodies.signed(BODY, "s"),
        "sha256=é" * 9,
    ],
)
def test_a_missing_or_malformed_header_proves_nothing(header: str | None) -> None:
    """Not even with an empty secret."""
    assert not Proof(BODY, header).by_any([b"s", b""])


def test_a_secret_shared_by_many_numbers_is_tried_once() -> None:
    """A body of a thousand numbers costs one HMAC for each distinct secret."""
    body = b"x" * (1 << 20)
    proof = Proof(body, "sha256=" + hmac.digest(b"s", body, "sha256").hex())

    assert all(proof.by_any([b"s"]) for _ in range(10_000))
