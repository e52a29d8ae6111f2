"""Asks the process of this container whether it is up: `alive.py [/readyz]`; the exit code is the answer."""

import os
import socket
import sys

# Where the processes listen when nobody says otherwise; a container has one of them.
PORTS = (8080, 8081, 8082, 8083, 8084)
ANSWER_S_MAX = 2.0
HEAD_BYTES = 64  # enough for the status line


def answers(port: int, path: str) -> bool:
    """Whether a GET of this path gets 200."""
    try:
        with socket.create_connection(("127.0.0.1", port), ANSWER_S_MAX) as asked:
            asked.settimeout(ANSWER_S_MAX)
            asked.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
            return asked.recv(HEAD_BYTES).startswith(b"HTTP/1.1 200 ")
    except OSError:
        return False


def main(path: str = "/livez") -> int:
    """0 when it is up."""
    told = os.environ.get("INBOX_PORT")
    return 0 if any(answers(port, path) for port in ((int(told),) if told else PORTS)) else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:2]))
