"""docker-compose.yml, held to the rules of the house: who meets whom, who may do what, and nothing without a bound."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]

from services.ingest.settings import IngestSettings
from services.push.settings import PushSettings
from services.sender.settings import SenderSettings
from shared.contract.feed import HEARTBEAT_S
from shared.settings import Settings
from tools import dotenv

ROOT = Path(__file__).parents[3]
TEXT = (ROOT / "docker-compose.yml").read_text()
STACK = yaml.safe_load(TEXT)
SERVICES: dict[str, dict[str, Any]] = STACK["services"]
PROCESSES = {
    "ingest": ("services.ingest", 8081),
    "api": ("services.api", 8080),
    "projector": ("services.api.projector", 8083),
    "push": ("services.push", 8082),
    "sender": ("services.sender", 8084),
}
# Who may speak to whom; every pair that is not here shares no network, or only one that is everybody's way out.
MEET = {
    "edge": {"gateway", "ingest", "api", "push"},
    "stores": {*PROCESSES, "rabbitmq", "redis", "prometheus"},
    "outside": {"gateway", "api", "sender", "simulator"},
    "watching": {"prometheus", "grafana"},
}
GATEWAY = {path.name: path.read_text() for path in (ROOT / "deploy" / "gateway").glob("*.conf")}
every_service = pytest.mark.parametrize("name", sorted(SERVICES))


@every_service
def test_every_service_is_bounded(name: str) -> None:
    """Memory, processors, processes and logs; it comes back by itself, and is asked whether it is well."""
    service = SERVICES[name]
    assert {"cpus", "memory", "pids"} == service["deploy"]["resources"]["limits"].keys()
    assert {"max-size", "max-file"} == service["logging"]["options"].keys()
    assert "unless-stopped" == service["restart"]
    assert "stop_grace_period" in service
    assert "healthcheck" in service or name in PROCESSES  # theirs is in the image


@every_service
def test_every_service_may_do_as_little_as_it_can(name: str) -> None:
    """No root where the program allows it, a read-only root, no capabilities, no way to gain any."""
    service = SERVICES[name]
    assert ["ALL"] == service["cap_drop"]
    assert ["no-new-privileges:true"] == service["security_opt"]
    assert not {"privileged", "network_mode", "pid", "devices", "container_name"} & service.keys()
    if name == "rabbitmq":  # begins as root to take hold of its volume, then drops to its own account
        return
    assert service["read_only"]
    assert str(service["user"]) != "root"
    assert not str(service["user"]).startswith("0")
    assert "cap_add" not in service


@every_service
def test_every_image_is_of_one_version(name: str) -> None:
    """None is `latest`, by word or by silence, and none names a registry."""
    image = re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", SERVICES[name]["image"])
    _, _, tag = image.partition(":")
    assert tag not in ("", "latest")
    assert "." not in image.split("/")[0].split(":")[0]


def test_only_the_gateway_is_open_to_a_network() -> None:
    """Everything else that has a port has it for this machine alone."""
    ports = {name: service.get("ports", []) for name, service in SERVICES.items()}
    assert 1 == len(ports.pop("gateway"))
    assert all(port.startswith("127.0.0.1:") for told in ports.values() for port in told)


def test_who_shares_no_network_cannot_meet() -> None:
    """The arrows of ARCHITECTURE.md; only who has to call Graph has a way out."""
    found = {net: {name for name, each in SERVICES.items() if net in each["networks"]} for net in STACK["networks"]}
    assert MEET == found
    assert {"edge", "stores"} == {name for name, told in STACK["networks"].items() if told.get("internal")}


@pytest.mark.parametrize("name", sorted(PROCESSES))
def test_a_process_is_started_as_everywhere(name: str) -> None:
    """Its module on its usual port, after RabbitMQ and Redis are well, with time to finish."""
    module, port = PROCESSES[name]
    service = SERVICES[name]
    assert ["python", "-m", module] == service["command"]
    assert str(port) == service["environment"]["INBOX_PORT"]
    assert {"rabbitmq", "redis"} == {
        each for each, told in service["depends_on"].items() if told["condition"] == "service_healthy"
    }
    assert "30s" == service["stop_grace_period"]


def test_ports_are_the_defaults_of_the_settings() -> None:
    """The gateway knows no others."""
    defaults = {
        "ingest": IngestSettings.model_fields["port"].default,
        "api": Settings.model_fields["port"].default,
        "push": PushSettings.model_fields["port"].default,
        "sender": SenderSettings.model_fields["port"].default,
    }
    assert defaults.items() <= {name: port for name, (_, port) in PROCESSES.items()}.items()
    for name in ("ingest", "api", "push"):
        assert f"set ${name} http://{name}:{defaults[name]};" in GATEWAY["routes.conf"]


def test_no_secret_has_a_default() -> None:
    """What `make up` makes is required, and no account is called as the world expects."""
    for secret in dotenv.MADE.keys() - {"INBOX_JOIN_KEY"}:
        assert re.findall(rf"\$\{{{secret}:\?", TEXT), secret
        assert not re.search(rf"\$\{{{secret}:?-", TEXT), secret
    assert not re.search(r"(?i)\b(guest|admin|changeme)\b", TEXT.replace("GF_SECURITY_ADMIN", ""))


def test_the_gateway_keeps_the_probes_and_keeps_its_promises() -> None:
    """404 for the three, bodies and times as CONTRACT has them, an X-Forwarded-For that nobody else has written."""
    routes = GATEWAY["routes.conf"]
    for probe in ("/livez", "/readyz", "/metrics"):
        assert f"location = {probe} {{\n    return 404;\n}}" in routes
    assert "client_max_body_size 1m;" in routes.split("location")[0]
    assert "client_max_body_size 4m;" in routes.split("location /webhooks/")[1].split("}")[0]
    live = routes.split("location = /v1/live")[1].split("}")[0]
    assert int(re.findall(r"proxy_read_timeout (\d+)s", live)[0]) > 4 * HEARTBEAT_S
    assert int(re.findall(r"proxy_read_timeout (\d+)s", GATEWAY["http.conf"])[0]) > 25 + 10  # a long poll waits 25
    assert "proxy_set_header X-Forwarded-For $remote_addr;" in GATEWAY["forwarded.conf"]


def test_tls_is_the_same_server_with_a_certificate() -> None:
    """Whatever one of the two serves, the other serves."""
    plain, tls = GATEWAY["server.conf"], GATEWAY["tls-server.conf"]
    assert re.findall(r"include .*;", plain) == re.findall(r"include .*;", tls)
    assert "${STACK_TLS_DIR:+tls-}server.conf" in SERVICES["gateway"]["command"][1]


def test_redis_keeps_everything() -> None:
    """On disk, and full rather than forgetful."""
    told = (ROOT / "deploy" / "redis" / "redis.conf").read_text()
    for line in ("appendonly yes", "appendfsync everysec", "maxmemory-policy noeviction"):
        assert f"\n{line}\n" in told
