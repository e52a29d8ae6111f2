"""Signatures."""

from simulator.webhooks import signature

BODY = b'{"object":"whatsapp_business_account","entry":[]}'


def test_the_signature_is_hmac_sha256_of_the_exact_bytes() -> None:
    """A vector computed elsewhere."""
    expected = "sha256=dec6a680679a968e7e0319355b23599cbfc54502c0784668e9618baa0c633756"
    assert expected == signature.sign(BODY, "test_app_secret")


def test_a_signature_can_be_wrong_malformed_or_missing() -> None:
    """On cue."""
    assert {signature.HEADER: signature.sign(BODY, "s")} == signature.headers(BODY, "s", "valid")
    assert {} == signature.headers(BODY, "s", "none")
    assert {} == signature.headers(BODY, None, "valid")
    assert signature.sign(BODY, "s") != signature.headers(BODY, "s", "wrong")[signature.HEADER]
    assert 64 == len(signature.headers(BODY, "s", "wrong")[signature.HEADER].removeprefix("sha256="))
    assert "sha256=not-hexadecimal" == signature.headers(BODY, "s", "malformed")[signature.HEADER]
