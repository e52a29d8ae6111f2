"""Settings: read once, refused in one line that names the setting and shows no value."""

import base64
import os
from pathlib import Path

import pytest

from shared.settings import OUR_EXTENSION, Settings, SettingsError, addresses, load

KEY = bytes(range(32))
TEXT = base64.urlsafe_b64encode(KEY).decode()
NEEDED = {
    "INBOX_AMQP_URL": "amqp://guest:guest@127.0.0.1/",
    "INBOX_REDIS_URL": "redis://127.0.0.1:6379/0",
    "INBOX_SECRET_KEYS": TEXT,
}


@pytest.fixture(autouse=True)
def only_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    """An environment with what is required and nothing else of ours."""
    for name in list(os.environ):
        if name.startswith("INBOX_"):
            monkeypatch.delenv(name)
    for name, value in NEEDED.items():
        monkeypatch.setenv(name, value)


def test_the_defaults_are_those_of_the_contract() -> None:
    """What is not set has the documented value."""
    settings = load(Settings)

    assert ("127.0.0.1", 8080) == (settings.host, settings.port)
    assert "https://graph.facebook.com" == settings.graph_url
    assert "v25.0" == settings.graph_version
    assert Path(".data") == settings.data_dir
    assert "key" == settings.signup
    assert settings.join_key is None
    assert ("info", "json") == (settings.log_level, settings.log_format)
    assert ((), (OUR_EXTENSION,)) == (settings.allowed_origins, settings.extension_ids)


@pytest.mark.parametrize("name", NEEDED)
@pytest.mark.parametrize("value", [None, ""])
def test_a_missing_setting_is_named(monkeypatch: pytest.MonkeyPatch, name: str, value: str | None) -> None:
    """One line says what is missing; empty is missing too."""
    if value is None:
        monkeypatch.delenv(name)
    else:
        monkeypatch.setenv(name, value)

    with pytest.raises(SettingsError) as raised:
        load(Settings)
    assert f"{name}: is missing" == str(raised.value)


@pytest.mark.parametrize(
    ("name", "value", "secret"),
    [
        ("INBOX_SECRET_KEYS", "c2VjcmV0LXRvby1zaG9ydA", "c2VjcmV0"),
        ("INBOX_SECRET_KEYS", f"{TEXT},not base64 at all!", "not base64"),
        ("INBOX_SECRET_KEYS", ",", "Tuple"),
        ("INBOX_JOIN_KEY", "hunter2", "hunter2"),
        ("INBOX_AMQP_URL", "amqp://guest:hunter2/ss@host", "hunter2"),
        ("INBOX_AMQP_URL", "https://guest:hunter2@host", "hunter2"),
        ("INBOX_AMQP_URL", "amqp://guest:hunter2@one,https://guest:hunter2@two", "hunter2"),
        ("INBOX_AMQP_URL", "amqp://guest:hunter2@one,two:5672", "hunter2"),
        ("INBOX_REDIS_URL", "redis://:hunter2/ss@host", "hunter2"),
        ("INBOX_REDIS_URL", "redis://:hunter2@one,redis://:hunter2@two", "hunter2"),
        ("INBOX_REDIS_URL", "memcached://hunter2@host", "hunter2"),
        ("INBOX_REDIS_URL", "redis://[hunter2", "hunter2"),
        ("INBOX_PORT", "80a80", "80a80"),
        ("INBOX_PORT", "70000", "70000"),
        ("INBOX_PUBLIC_URL", "hunter2.example.org", "hunter2"),
        ("INBOX_PUBLIC_URL", "https://hunter2.example/path", "hunter2"),
        ("INBOX_GRAPH_VERSION", "25", "25.0"),
        ("INBOX_SIGNUP", "closed", "closed"),
        ("INBOX_ALLOWED_ORIGINS", "https://a.example,*", "a.example"),
        ("INBOX_EXTENSION_IDS", "ABC", "ABC"),
        ("INBOX_LOG_LEVEL", "loud", "loud"),
        ("INBOX_SECRETS_DIR", "/nowhere/at/all", "nowhere"),
    ],
)
def test_a_malformed_setting_is_named_in_one_line_without_its_value(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, secret: str
) -> None:
    """Whoever reads the line knows what to mend, and nothing that was to stay secret."""
    monkeypatch.setenv(name, value)

    with pytest.raises(SettingsError) as raised:
        load(Settings)
    line = str(raised.value)
    assert line.startswith(f"{name}: ")
    assert "\n" not in line
    assert secret not in line


def test_every_refused_setting_is_in_the_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody has to start three times to learn of three mistakes."""
    monkeypatch.setenv("INBOX_PORT", "x")
    monkeypatch.setenv("INBOX_SIGNUP", "closed")
    monkeypatch.delenv("INBOX_REDIS_URL")

    with pytest.raises(SettingsError) as raised:
        load(Settings)
    assert all(name in str(raised.value) for name in ("INBOX_PORT", "INBOX_SIGNUP", "INBOX_REDIS_URL"))


def test_keys_come_with_or_without_padding_newest_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both spellings of base64url are in use."""
    newest = base64.urlsafe_b64encode(b"\xff" * 32).decode().rstrip("=")
    monkeypatch.setenv("INBOX_SECRET_KEYS", f" {newest} , {TEXT} ")

    assert [b"\xff" * 32, KEY] == load(Settings).keys()


def test_no_secret_shows_when_settings_are_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A settings object in a log or a traceback gives nothing away."""
    monkeypatch.setenv("INBOX_JOIN_KEY", "a-join-key-of-ours")
    monkeypatch.setenv("INBOX_REDIS_URL", "redis://:hunter2@127.0.0.1")
    shown = repr(load(Settings))

    assert not [secret for secret in ("a-join-key", "hunter2", "guest", TEXT, repr(KEY)) if secret in shown]


def test_the_word_streams_means_no_rabbitmq(monkeypatch: pytest.MonkeyPatch) -> None:
    """To do without RabbitMQ is said, never the result of a forgotten setting."""
    monkeypatch.setenv("INBOX_AMQP_URL", "streams")

    assert load(Settings).amqp_url is None


@pytest.mark.parametrize("url", ["redis://h", "rediss://:p@h:1/2", "unix:///run/valkey.sock", "redis+cluster://h:7000"])
def test_all_kinds_of_stores_have_an_address(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    """A server, a TLS server, a socket and a cluster."""
    monkeypatch.setenv("INBOX_REDIS_URL", url)

    assert url == load(Settings).redis_url


def test_a_secret_may_lie_in_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Kubernetes mounts secrets as files; the environment wins where both are there."""
    (tmp_path / "INBOX_SECRET_KEYS").write_text(TEXT + "\n")
    (tmp_path / "INBOX_REDIS_URL").write_text("redis://from-the-file")
    monkeypatch.setenv("INBOX_SECRETS_DIR", str(tmp_path))
    monkeypatch.delenv("INBOX_SECRET_KEYS")

    settings = load(Settings)
    assert [KEY] == settings.keys()
    assert NEEDED["INBOX_REDIS_URL"] == settings.redis_url


def test_origins_are_compared_as_browsers_write_them(monkeypatch: pytest.MonkeyPatch) -> None:
    """Capitals and a last slash make no difference."""
    monkeypatch.setenv("INBOX_PUBLIC_URL", "https://Inbox.Example.org/")
    monkeypatch.setenv("INBOX_ALLOWED_ORIGINS", "https://A.example/, http://b.example:81")

    settings = load(Settings)
    assert "https://inbox.example.org" == settings.public_url
    assert ("https://a.example", "http://b.example:81") == settings.allowed_origins


def test_what_is_given_wins_over_the_environment() -> None:
    """The all-in-one process brings its own store and broker."""
    settings = load(Settings, redis_url="unix:///tmp/s", amqp_url=None, secret_keys=[KEY])

    assert ("unix:///tmp/s", None, [KEY]) == (settings.redis_url, settings.amqp_url, settings.keys())


@pytest.mark.parametrize(
    ("value", "nodes"),
    [
        ("amqp://guest:guest@one/", ("amqp://guest:guest@one/",)),
        ("amqp://a:b@one:1/, amqp://a:b@two:2/", ("amqp://a:b@one:1/", "amqp://a:b@two:2/")),
        ("amqp://a:b,c@one/,amqps://a:b,c@two/", ("amqp://a:b,c@one/", "amqps://a:b,c@two/")),
        ("redis+cluster://one:1,redis+cluster://two:2", ("redis+cluster://one:1", "redis+cluster://two:2")),
    ],
)
def test_a_list_of_addresses_names_the_nodes_of_a_cluster(value: str, nodes: tuple[str, ...]) -> None:
    """A comma that begins no address is part of a password."""
    assert nodes == addresses(value)


def test_several_nodes_of_a_cluster_are_taken_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    """The doors take the list apart."""
    monkeypatch.setenv("INBOX_AMQP_URL", "amqp://one,amqps://two")
    monkeypatch.setenv("INBOX_REDIS_URL", "redis+cluster://one,redis+cluster://two")

    settings = load(Settings)
    assert ("amqp://one,amqps://two", "redis+cluster://one,redis+cluster://two") == (
        settings.amqp_url,
        settings.redis_url,
    )
