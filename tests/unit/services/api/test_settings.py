"""The settings of the api process."""

import base64
import ipaddress
import os

import pytest

from services.api.settings import ApiSettings
from shared.settings import SettingsError, load

NEEDED = {
    "amqp_url": "streams",
    "redis_url": "redis://127.0.0.1",
    "secret_keys": base64.urlsafe_b64encode(os.urandom(32)).decode(),
}


def test_the_defaults_are_those_of_the_contract() -> None:
    """100 requests a second and 300 at once; no proxy is trusted unless named."""
    settings = load(ApiSettings, **NEEDED)

    assert (100, 300) == (settings.rate_per_s, settings.rate_burst)
    assert () == settings.trusted_proxies


def test_trusted_proxies_are_networks() -> None:
    """Addresses count as networks of one."""
    settings = load(ApiSettings, **NEEDED, trusted_proxies="10.0.0.0/8, ::1")

    assert (ipaddress.ip_network("10.0.0.0/8"), ipaddress.ip_network("::1/128")) == settings.trusted_proxies


@pytest.mark.parametrize(("name", "value"), [("trusted_proxies", "gateway"), ("rate_per_s", 0), ("long_polls_max", 0)])
def test_a_malformed_setting_is_named(name: str, value: object) -> None:
    """In the one line that stops the process."""
    with pytest.raises(SettingsError, match=f"INBOX_{name.upper()}"):
        load(ApiSettings, **NEEDED, **{name: value})
