"""The secrets for a cluster: each process can read its own, and the servers know the same passwords."""

import re
from pathlib import Path

import pytest

from shared.settings import Settings, load
from tools import cluster_secrets


def files(*, operator: bool) -> dict[str, dict[str, str]]:
    """What is in each Secret."""
    return {
        each["metadata"]["name"]: each["stringData"] for each in cluster_secrets.secrets("inbox", operator=operator)
    }


def test_the_processes_read_them_as_they_are_mounted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder with a file for each is all that a process needs."""
    found = files(operator=False)
    for name, text in found["cloud-inbox"].items():
        (tmp_path / name).write_text(text)
    for name in found["cloud-inbox"]:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("INBOX_SECRETS_DIR", str(tmp_path))
    settings = load(Settings)

    assert 1 == len(settings.keys())
    assert found["cloud-inbox"]["INBOX_AMQP_URL"] == settings.amqp_url


def test_servers_and_processes_share_their_passwords() -> None:
    """And nothing else is shared: no two runs make the same."""
    found = files(operator=False)
    for server, url in (("redis", "INBOX_REDIS_URL"), ("rabbitmq", "INBOX_AMQP_URL")):
        password = re.findall(r":([0-9a-f]+)@", found["cloud-inbox"][url])[0]
        assert password in found[server]["account.conf"]
    assert found["redis"] != files(operator=False)["redis"]


def test_the_operator_makes_its_own_account() -> None:
    """Another address of RabbitMQ beside it would be one too many."""
    found = files(operator=True)
    assert {"cloud-inbox", "redis"} == found.keys()
    assert "INBOX_AMQP_URL" not in found["cloud-inbox"]
