"""What the sender is told at start."""

import base64

import pytest

from services.sender.pace import Rates
from services.sender.settings import SenderSettings
from shared.settings import SettingsError, load

GIVEN = {"amqp_url": "streams", "redis_url": "redis://localhost", "secret_keys": base64.b64encode(bytes(32)).decode()}


def test_the_defaults_are_meta_s_limits() -> None:
    """80 a second, one in 6 s to a customer after 45, and port 8084 for health."""
    settings = load(SenderSettings, **GIVEN)
    assert (Rates(80.0, 6.0, 45), 8084) == (settings.rates, settings.port)


@pytest.mark.parametrize("field", ["sends_per_s", "sends_in_hand_max", "sends_of_number_max", "graph_deadline_s"])
def test_a_limit_of_nothing_is_refused_by_name(field: str) -> None:
    """A sender that could never send does not start."""
    with pytest.raises(SettingsError, match=f"INBOX_{field.upper()}"):
        load(SenderSettings, **GIVEN, **{field: 0})


def test_the_deadline_leaves_time_to_stop() -> None:
    """A call in hand at SIGTERM must end before the readers are abandoned after 12 s."""
    with pytest.raises(SettingsError, match="INBOX_GRAPH_DEADLINE_S"):
        load(SenderSettings, **GIVEN, graph_deadline_s=11.5)


@pytest.mark.parametrize(("per_s", "in_hand", "of_number"), [(20.0, 256, 192), (80.0, 256, 192), (1000.0, 2000, 1500)])
def test_a_faster_number_has_more_in_hand(per_s: float, in_hand: int, of_number: int) -> None:
    """As many as it sends while the slowest of them wait, always fewer than all, and half as many out of a crowd."""
    settings = load(SenderSettings, **GIVEN, sends_per_s=per_s)
    assert (in_hand, of_number) == (settings.in_hand_max, settings.of_number_max)
    assert of_number // 2 == settings.of_crowd_max >= per_s / 2


def test_a_figure_that_is_given_is_taken() -> None:
    """Whoever runs it knows best."""
    settings = load(SenderSettings, **GIVEN, sends_in_hand_max=8, sends_of_number_max=2)
    assert (8, 2) == (settings.in_hand_max, settings.of_number_max)
