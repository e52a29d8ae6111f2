"""What is declared on RabbitMQ."""

from shared.broker.amqp.declaration import named, queues
from shared.topology import TOPOLOGY


def test_what_refuses_does_so_safely() -> None:
    """Work and wait queues dead-letter at least once, which needs reject-publish; dead letters drop their oldest."""
    for name, arguments in queues(TOPOLOGY, "").items():
        assert int(arguments["x-max-length-bytes"]) > 0
        if name.endswith(".dead"):
            assert "drop-head" == arguments["x-overflow"]
            assert "x-dead-letter-routing-key" not in arguments
        else:
            assert "reject-publish" == arguments["x-overflow"]
            assert "at-least-once" == arguments["x-dead-letter-strategy"]


def test_a_namespace_reaches_every_name() -> None:
    """Two installations on one RabbitMQ never meet, not even through their dead letters."""
    for name, arguments in queues(TOPOLOGY, "blue").items():
        assert name.startswith("blue.")
        assert str(arguments.get("x-dead-letter-routing-key", "blue.")).startswith("blue.")
    assert "sender" == named("", "sender")
