"""Origins: the public address, the allowed ones, our extension; nobody else."""

from typing import Any

import pytest

from shared.cors import origin_allowed
from shared.settings import Settings

EXTENSION = "abcdefghijklmnopabcdefghijklmnop"
OTHER = "p" * 32
MOZ = "moz-extension://7c5e8a4b-0000-4000-8000-1234567890ab"


def settings(**given: Any) -> Settings:
    """Settings of which only the origins matter."""
    values = {"public_url": "https://inbox.example.org", **given}
    return Settings(redis_url="redis://h", amqp_url=None, secret_keys=(b"k" * 32,), **values)


@pytest.mark.parametrize(
    ("origin", "given"),
    [
        (None, {}),
        ("https://inbox.example.org", {}),
        ("https://Inbox.Example.org", {}),
        ("https://crm.example", {"allowed_origins": ("https://crm.example",)}),
        (f"chrome-extension://{EXTENSION}", {"extension_ids": (EXTENSION,)}),
        (f"chrome-extension://{OTHER}", {"extension_ids": ("*",)}),
        (f"chrome-extension://{OTHER}", {"allowed_origins": (f"chrome-extension://{OTHER}",)}),
        (MOZ, {}),
        ("http://localhost:8080", {"public_url": "http://127.0.0.1:8080"}),
        ("http://[::1]:8080", {"public_url": "http://localhost:8080"}),
    ],
)
def test_these_may(origin: str | None, given: dict[str, Any]) -> None:
    """No origin is no page; a Firefox extension's is random by design; a machine has several names for itself."""
    assert origin_allowed(settings(**given), origin)


@pytest.mark.parametrize(
    ("origin", "given"),
    [
        ("null", {}),
        ("", {}),
        ("https://evil.example", {}),
        ("http://inbox.example.org", {}),
        ("https://inbox.example.org.evil.example", {}),
        ("https://inbox.example.org:8443", {}),
        (f"chrome-extension://{OTHER}", {"extension_ids": (EXTENSION,)}),
        (f"chrome-extension://{EXTENSION}", {}),
        (f"{MOZ}.evil.example", {}),
        ("moz-extension://evil", {}),
        ("http://localhost:9999", {"public_url": "http://127.0.0.1:8080"}),
        ("http://localhost:8080", {}),
        ("http://x@localhost:8080/path", {"public_url": "http://127.0.0.1:8080"}),
        ("http://localhost:port", {"public_url": "http://127.0.0.1:8080"}),
    ],
)
def test_these_may_not(origin: str, given: dict[str, Any]) -> None:
    """Close is not equal."""
    assert not origin_allowed(settings(**given), origin)
