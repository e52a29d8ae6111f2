"""Secrets for deploy/k8s, made fresh: `python3 -m tools.cluster_secrets | kubectl apply -f -`, once."""

import argparse
import json
import sys
from typing import Any

from tools.dotenv import MADE

LABELS = {"app.kubernetes.io/part-of": "cloud-inbox"}


def secret(name: str, namespace: str, **files: str) -> dict[str, Any]:
    """One Secret, each key of which becomes a file."""
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": name, "namespace": namespace, "labels": LABELS},
        "type": "Opaque",
        "stringData": files,
    }


def secrets(namespace: str, *, operator: bool) -> list[dict[str, Any]]:
    """What the processes, Redis and RabbitMQ have to be told; the operator of RabbitMQ makes its own account."""
    made = {name: how() for name, (_, how) in MADE.items()}
    settings = {
        "INBOX_SECRET_KEYS": made["INBOX_SECRET_KEYS"],
        "INBOX_JOIN_KEY": made["INBOX_JOIN_KEY"],
        "INBOX_REDIS_URL": f"redis://:{made['REDIS_PASSWORD']}@redis:6379/0",
    }
    redis = {"account.conf": f"requirepass {made['REDIS_PASSWORD']}\n"}
    if operator:
        return [secret("cloud-inbox", namespace, **settings), secret("redis", namespace, **redis)]
    settings["INBOX_AMQP_URL"] = f"amqp://inbox:{made['RABBITMQ_PASSWORD']}@rabbitmq:5672/"
    rabbitmq = {
        "account.conf": f"default_user = inbox\ndefault_pass = {made['RABBITMQ_PASSWORD']}\n",
        "cookie": made["RABBITMQ_COOKIE"],
    }
    return [
        secret("cloud-inbox", namespace, **settings),
        secret("redis", namespace, **redis),
        secret("rabbitmq", namespace, **rabbitmq),
    ]


def main() -> int:
    """A list for kubectl, on standard output alone: it belongs into no file."""
    parser = argparse.ArgumentParser(prog="cluster_secrets")
    parser.add_argument("--namespace", default="cloud-inbox")
    parser.add_argument("--operator", action="store_true", help="RabbitMQ's operator makes its account")
    told = parser.parse_args()
    found = secrets(told.namespace, operator=told.operator)
    json.dump({"apiVersion": "v1", "kind": "List", "items": found}, sys.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main())
