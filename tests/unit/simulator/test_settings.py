"""Settings from the environment."""

import pytest
from pydantic import ValidationError

from simulator.settings import Settings


def test_dials_and_settings_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """SIMULATOR_ and the name, dials included."""
    monkeypatch.setenv("SIMULATOR_PORT", "9999")
    monkeypatch.setenv("SIMULATOR_SPEED", "12.5")
    settings = Settings()

    assert 9999 == settings.port
    assert 12.5 == settings.tuning().speed


def test_a_profile_sets_what_was_not_set_by_hand() -> None:
    """Top tier is 1,000 messages per second; a dial turned by hand stays turned."""
    tuning = Settings(profile="top_tier", speed=3).tuning()

    assert (1_000, 3.0) == (tuning.throughput_per_s, tuning.speed)


def test_secrets_do_not_show() -> None:
    """Printing the settings tells nobody the token."""
    assert "simulated-access-token" not in repr(Settings())


def test_nonsense_is_refused() -> None:
    """A speed of zero would never end."""
    with pytest.raises(ValidationError, match="speed"):
        Settings(speed=0)
