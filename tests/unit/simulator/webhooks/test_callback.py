"""Who gets which webhook."""

from simulator.webhooks.callback import Callback, chosen

APP = Callback(id="app", url="http://app", app_secret="s")
ACCOUNT = Callback(id="account", url="http://account", scope="account", account_id="9")
NUMBER = Callback(id="number", url="http://number", scope="number", number_ids=frozenset({"1"}))


def ids(callbacks: list[Callback], number_id: str | None, field: str, account_id: str = "9") -> list[str]:
    """Who is chosen."""
    return [c.id for c in chosen(callbacks, account_id, number_id, field)]


def test_a_number_comes_before_an_account_before_the_app() -> None:
    """The most particular override wins, for messages."""
    assert ["number"] == ids([APP, ACCOUNT, NUMBER], "1", "messages")
    assert ["account"] == ids([APP, ACCOUNT, NUMBER], "2", "messages")
    assert ["app"] == ids([APP, ACCOUNT, NUMBER], "2", "messages", account_id="8")


def test_account_fields_always_go_to_the_app() -> None:
    """Overrides are for messages and their kin only."""
    assert ["app"] == ids([APP, ACCOUNT, NUMBER], None, "account_update")
    assert ["app"] == ids([APP, ACCOUNT, NUMBER], "1", "user_preferences")


def test_several_apps_each_get_everything() -> None:
    """One number may be connected in several places; a filter keeps the others' numbers out."""
    second = Callback(id="second", url="http://second", number_ids=frozenset({"2"}))

    assert ["app", "second"] == ids([APP, second], "2", "messages")
    assert ["app"] == ids([APP, second], "1", "messages")


def test_secrets_are_not_shown() -> None:
    """The admin API says that there is one, not which."""
    shown = APP.shown()

    assert shown["signed"]
    assert "app_secret" not in shown
