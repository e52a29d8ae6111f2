"""Three RabbitMQ nodes on this machine that are one broker; any of them may be killed and come back."""

import json
import re
import secrets
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.real import choice, session
from tests.real.process import ServerProcess
from tests.real.server import RABBITMQ, free_port, wait_until

NODES = 3


class RabbitMQCluster:
    """`url` names every node, as INBOX_AMQP_URL does."""

    def __init__(self) -> None:
        # One home, because the cookie in it is what lets the nodes talk to each other.
        self._home = Path(tempfile.mkdtemp(prefix="inbox-rabbitmq-cluster-"))
        (self._home / ".erlang.cookie").write_text(secrets.token_hex(16))
        (self._home / ".erlang.cookie").chmod(0o400)
        epmd_port = str(free_port())
        self._record = {"folder": str(self._home), "epmd_port": epmd_port}
        session.keep(self._home.name, self._record)
        together = {
            "HOME": str(self._home),
            "ERL_EPMD_PORT": epmd_port,
            "RABBITMQ_CONFIG_FILE": str(self._home / "cluster.conf"),
        }
        self.nodes = [choice.on_this_machine(RABBITMQ, environment=together) for _ in range(NODES)]
        self.url = ",".join(node.url for node in self.nodes)
        settings = ["cluster_partition_handling = pause_minority"]
        settings += ["cluster_formation.peer_discovery_backend = classic_config"]
        settings += [
            f"cluster_formation.classic_config.nodes.{place} = {name(node)}" for place, node in enumerate(self.nodes, 1)
        ]
        (self._home / "cluster.conf").write_text("\n".join(settings) + "\n")

    def start(self) -> None:
        """Return when all nodes are one cluster; those that run stay as they are."""
        self.nodes[0].start()  # the first founds the cluster that the others join
        with ThreadPoolExecutor() as pool:
            list(pool.map(ServerProcess.start, self.nodes[1:]))
        wait_until(lambda: len(self.running()) == NODES, "a RabbitMQ cluster")

    def running(self) -> list[str]:
        """The nodes that see each other, as the first that is up sees it."""
        running: list[str] = json.loads(self.control("cluster_status", "--formatter", "json"))["running_nodes"]
        return running

    def leaders(self) -> list[ServerProcess]:
        """For each quorum queue the node that leads it."""
        named = {name(node): node for node in self.nodes}
        return [named[leader] for leader in self._told("leader").values() if leader in named]

    def replicas(self) -> set[int]:
        """How many nodes hold each queue: one number if that is the same for all."""
        return {len(re.findall(r"inbox-\d+@localhost", members)) for members in self._told("members").values()}

    def stop(self) -> None:
        """End all in good order."""
        for node in self.nodes:
            node.stop()

    def kill(self) -> None:
        """End all as a power cut does."""
        for node in self.nodes:
            node.kill()

    def control(self, *arguments: str) -> str:
        """What `rabbitmqctl` answers at a node that is up."""
        return next(node for node in self.nodes if node.is_running).control(*arguments)

    def record(self) -> dict[str, str]:
        """What another process needs to remove what they share; each node has recorded itself."""
        return self._record

    def remove(self) -> None:
        """End all and forget what they have stored."""
        for node in self.nodes:
            node.remove()
        choice.remove(self._record)

    def _told(self, fact: str) -> dict[str, str]:
        lines = self.control("list_queues", "name", fact).splitlines()[1:]
        return dict(line.split("\t", 1) for line in lines)


def name(node: ServerProcess) -> str:
    """As the other nodes know it."""
    return f"inbox-{node.port}@localhost"
