"""A Redis Cluster on this machine: three masters with a replica each, any of which may be killed and come back."""

from concurrent.futures import ThreadPoolExecutor

from redis.exceptions import RedisError

from tests.real import choice
from tests.real.asked import ask, replication
from tests.real.process import ServerProcess
from tests.real.server import LOOPBACK, REDIS, free_port, wait_until

MASTERS = 3
SLOTS = 16384
# A master is given up after this long; production waits longer (15 s by default), and so are its outages.
NODE_TIMEOUT_MS = 2_000


class RedisCluster:
    """`url` names every node, as INBOX_REDIS_URL does."""

    def __init__(self) -> None:
        self._ports = [free_port() for _ in range(2 * MASTERS)]  # on which the nodes talk among themselves
        self.nodes = [
            choice.on_this_machine(
                REDIS,
                options=(
                    *("--cluster-enabled", "yes", "--cluster-port", str(port)),
                    *("--cluster-node-timeout", str(NODE_TIMEOUT_MS)),
                    *("--repl-diskless-sync-delay", "0"),
                ),
            )
            for port in self._ports
        ]
        self.url = ",".join(f"redis+cluster://{LOOPBACK}:{node.port}" for node in self.nodes)
        self._formed = False

    def start(self) -> None:
        """Return when every slot has a master and each master its replica; nodes that run stay as they are."""
        with ThreadPoolExecutor() as pool:
            list(pool.map(ServerProcess.start, self.nodes))
        if not self._formed:
            self._form()
        wait_until(self.is_whole, "a Redis Cluster")

    def masters(self) -> list[ServerProcess]:
        """The nodes that own slots now, by what one living node says."""
        owners = {port for _, _, port in self._slots()}
        return [node for node in self.nodes if node.port in owners]

    def master_of(self, key: str) -> ServerProcess:
        """The node that owns a key now."""
        slot = int(ask(self._living(), "CLUSTER", "KEYSLOT", key))
        port = next(port for begin, end, port in self._slots() if begin <= slot <= end)
        return next(node for node in self.nodes if node.port == port)

    def replica_of(self, master: ServerProcess) -> ServerProcess:
        """The node that takes over when this one is gone."""
        told = {node.port: replication(node) for node in self.nodes if node.is_running}
        port = next(port for port, facts in told.items() if str(master.port) == facts.get("master_port"))
        return next(node for node in self.nodes if node.port == port)

    def is_whole(self) -> bool:
        """Whether nothing would be lost for long if any one node went now."""
        try:
            if any("cluster_state:ok" not in ask(node, "CLUSTER", "INFO").decode() for node in self.nodes):
                return False
            facts = [replication(node) for node in self.nodes]
        except RedisError:
            return False
        linked = [each for each in facts if each["role"] == "slave" and each["master_link_status"] == "up"]
        return MASTERS == len(linked) == len(self.masters())

    def stop(self) -> None:
        """End all in good order."""
        for node in self.nodes:
            node.stop()

    def kill(self) -> None:
        """End all as a power cut does."""
        for node in self.nodes:
            node.kill()

    def control(self, *arguments: str) -> str:
        """Only RabbitMQ has it."""
        raise NotImplementedError

    def record(self) -> dict[str, str]:
        """What another process needs to remove one; each node has recorded itself."""
        return self.nodes[0].record()

    def remove(self) -> None:
        """End all and forget what they have stored."""
        for node in self.nodes:
            node.remove()

    def _form(self) -> None:
        first, own = self.nodes[0], [ask(node, "CLUSTER", "MYID").decode() for node in self.nodes]
        for place, node in enumerate(self.nodes[:MASTERS]):
            ask(node, "CLUSTER", "ADDSLOTSRANGE", place * SLOTS // MASTERS, (place + 1) * SLOTS // MASTERS - 1)
            ask(node, "CLUSTER", "SET-CONFIG-EPOCH", place + 1)
        for node, port in zip(self.nodes[1:], self._ports[1:], strict=True):
            ask(first, "CLUSTER", "MEET", LOOPBACK, node.port, port)
        for place, node in enumerate(self.nodes[MASTERS:]):
            wait_until(lambda node=node, own=own: all(each in self._known(node) for each in own), "a cluster node")  # type: ignore[misc]
            ask(node, "CLUSTER", "REPLICATE", own[place])
        self._formed = True

    def _known(self, node: ServerProcess) -> str:
        return str(ask(node, "CLUSTER", "NODES").decode())

    def _slots(self) -> list[tuple[int, int, int]]:
        answer = ask(self._living(), "CLUSTER", "SLOTS")
        return [(begin, end, int(master[1])) for begin, end, master, *_ in answer]

    def _living(self) -> ServerProcess:
        return next(node for node in self.nodes if node.is_running)
