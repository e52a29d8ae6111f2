"""Servers that are installed on this machine, started privately: own port, own temporary folder."""

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from tests.real.server import LOOPBACK, Kind, free_port, wait_until

# Debian's wrapper in /usr/sbin insists on its own account and folders; the script behind it does not.
RABBITMQ_SCRIPTS = ("/usr/lib/rabbitmq/bin/rabbitmq-server",)
STOP_S_MAX = 30.0
# Erlang otherwise spins while it waits, which the other processes of the tests would pay for.
NO_SPINNING = "+sbwt none +sbwtdcpu none +sbwtdio none"


def program(kind: Kind) -> str | None:
    """The program that serves this kind, if there is one."""
    if kind.name == "redis":
        return shutil.which("redis-server") or shutil.which("valkey-server")
    return next((path for path in RABBITMQ_SCRIPTS if Path(path).exists()), None) or shutil.which("rabbitmq-server")


class ServerProcess:
    """A process group of its own in a folder of its own; as a node of a cluster it is told of the others."""

    def __init__(
        self, kind: Kind, *, options: Sequence[str] = (), environment: Mapping[str, str] | None = None
    ) -> None:
        found = program(kind)
        if found is None:
            raise FileNotFoundError(kind.package)
        self._kind = kind
        self._program = found
        self._folder = Path(tempfile.mkdtemp(prefix=f"inbox-{kind.name}-"))
        self._options = options
        self._told = environment or {}
        self.port = free_port()
        self._ports = (free_port(), free_port())
        self._process: subprocess.Popen[bytes] | None = None
        self.url = kind.url(LOOPBACK, self.port)

    def start(self) -> None:
        """Return when it answers."""
        if self._process is None:
            with (self._folder / "output").open("ab") as output:
                self._process = subprocess.Popen(
                    self._command(),
                    cwd=self._folder,
                    env=self._environment(),
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=output,
                    start_new_session=True,
                )
        wait_until(lambda: self._kind.probe(LOOPBACK, self.port), f"{self._kind.package} (see {self._folder})")

    @property
    def is_running(self) -> bool:
        """Whether it was started and has not been ended."""
        return self._process is not None

    @property
    def pid(self) -> int:
        """The process that leads its session."""
        assert self._process is not None
        return self._process.pid

    def stop(self) -> None:
        """End it in good order."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """End it as a power cut does."""
        self._end(signal.SIGKILL)

    def freeze(self) -> None:
        """It stays connected and answers nobody."""
        assert self._process is not None
        os.killpg(self._process.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        """It goes on, beginning with what has come meanwhile."""
        assert self._process is not None
        os.killpg(self._process.pid, signal.SIGCONT)

    def remove(self) -> None:
        """End it and forget what it has stored."""
        self.kill()
        remove_recorded(self.record())

    def control(self, *arguments: str) -> str:
        """What `rabbitmqctl` answers."""
        command = [str(Path(self._program).parent / "rabbitmqctl"), "--quiet", *arguments]
        return subprocess.run(command, env=self._environment(), capture_output=True, check=True, text=True).stdout

    def record(self) -> dict[str, str]:
        """What another process needs to remove it."""
        # Not its process, which is another one after a restart: whatever runs in its folder is its own.
        return {"folder": str(self._folder), "epmd_port": self._environment().get("ERL_EPMD_PORT", "")}

    def _end(self, how: signal.Signals) -> None:
        if self._process is None:
            return
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, how)
        try:
            self._process.wait(STOP_S_MAX)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
        self._process = None

    def _command(self) -> list[str]:
        if self._kind.name == "rabbitmq":
            return [self._program]
        settings = f"--port {self.port} --bind {LOOPBACK} --appendonly yes --appendfsync everysec --save".split()
        return [self._program, *settings, "", "--dir", str(self._folder), *self._options]

    def _environment(self) -> dict[str, str]:
        if self._kind.name == "redis":
            return dict(os.environ)
        return {
            **{name: value for name, value in os.environ.items() if not name.startswith("RABBITMQ_")},
            "HOME": str(self._folder),  # Erlang's cookie lives there
            "RABBITMQ_NODENAME": f"inbox-{self.port}@localhost",
            "RABBITMQ_NODE_IP_ADDRESS": LOOPBACK,
            "RABBITMQ_NODE_PORT": str(self.port),
            "RABBITMQ_DIST_PORT": str(self._ports[0]),
            "ERL_EPMD_PORT": str(self._ports[1]),
            "RABBITMQ_MNESIA_BASE": str(self._folder / "stored"),
            "RABBITMQ_LOG_BASE": str(self._folder / "log"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(self._folder / "plugins"),
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": NO_SPINNING,
            **self._told,
        }


def remove_recorded(record: dict[str, str]) -> None:
    """Remove a server that this or an earlier process has started."""
    for pid in _running_in(record["folder"]):
        with suppress(ProcessLookupError):
            os.killpg(os.getpgid(pid), signal.SIGKILL)
    if record["epmd_port"]:
        # Erlang's name server outlives its nodes; this one has had only ours, and will not be told to end so soon.
        for pid in _told("epmd", f"ERL_EPMD_PORT={record['epmd_port']}"):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
    shutil.rmtree(record["folder"], ignore_errors=True)


def _running_in(folder: str) -> Iterator[int]:
    for entry in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if os.readlink(entry / "cwd") == folder:
                yield int(entry.name)


def _told(program: str, setting: str) -> Iterator[int]:
    for entry in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            command, settings = (entry / "cmdline").read_bytes(), (entry / "environ").read_bytes()
            if program in Path(command.split(b"\0")[0].decode()).name and setting.encode() in settings.split(b"\0"):
                yield int(entry.name)
