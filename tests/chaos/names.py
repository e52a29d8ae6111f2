"""Host names of one installation, in a file that its processes' libc reads instead of asking a DNS server.

nss_wrapper, a library of Samba's tests, is loaded into each process: `getaddrinfo` of a name that is no longer in the
file fails there with EAI_NONAME, exactly as with a server that says NXDOMAIN.
"""

import ctypes
import os
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

LIBRARY = "libnss_wrapper.so"
DOMAIN = "inbox.test"
ADDRESS = "127.0.0.2"  # where whatever has a name listens


def missing() -> str | None:
    """Why names cannot be taken away on this machine."""
    try:
        ctypes.CDLL(LIBRARY)
    except OSError:
        return "libnss-wrapper is not installed"
    return None


class Names:
    """Every name leads to one address of this machine, until it is taken away."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._known: set[str] = set()
        self._changes = 0

    @property
    def environment(self) -> dict[str, str]:
        """What a process has to be started with."""
        return {"LD_PRELOAD": LIBRARY, "NSS_WRAPPER_HOSTS": str(self._path)}

    def named(self, url: str, host: str) -> str:
        """The same address by name."""
        parts = urlsplit(url)
        login, at, _ = parts.netloc.rpartition("@")
        self._known.add(host)
        self.give_back()
        return urlunsplit(parts._replace(netloc=f"{login}{at}{host}.{DOMAIN}:{parts.port}"))

    def take_away(self, host: str) -> None:
        """Nobody knows it any more."""
        self._write(self._known - {host})

    def give_back(self) -> None:
        """All of them."""
        self._write(self._known)

    def _write(self, hosts: set[str]) -> None:
        # The library answers a numeric address, too, once for each entry that has it, and when threads read the file at
        # once there may be two of one: so nothing is ever asked to listen at this address.
        text = " ".join([ADDRESS, "nobody.test", *(f"{host}.{DOMAIN}" for host in sorted(hosts))]) + "\n"
        if self._path.exists() and self._path.read_text() == text:
            return
        fresh = self._path.with_suffix(".fresh")
        fresh.write_text(text)
        # It looks at the time of the file, in whole seconds: no two changes may fall into one.
        self._changes += 1
        os.utime(fresh, (self._changes, self._changes))
        fresh.replace(self._path)
