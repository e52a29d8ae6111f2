"""On which ports the demo's processes listen: the usual ones, or free ones when somebody else is there."""

import socket

INBOX, SIMULATOR = 8080, 8090
HOST = "127.0.0.1"


def chosen(asked: str | None, usual: int) -> int:
    """The port that was asked for, 0 being any; else the usual one if it is free; else any."""
    if asked:
        return int(asked) or free()
    return usual if is_free(usual) else free()


def is_free(port: int) -> bool:
    """Whether somebody may listen there now."""
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((HOST, port))
        except OSError:
            return False
        return True


def free() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as listener:
        listener.bind((HOST, 0))
        return int(listener.getsockname()[1])
