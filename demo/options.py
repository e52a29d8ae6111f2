"""What may be said on the command line of the demo."""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Options:
    """`for_s` none is until Ctrl-C."""

    for_s: float | None = None
    plain: bool = False


def read(arguments: Sequence[str]) -> Options:
    """The options; what cannot be understood ends the process with a line about it, as command lines do."""
    parser = argparse.ArgumentParser(prog="python -m demo", description="Cloud Inbox with simulated customers.")
    parser.add_argument("--for", dest="for_s", type=_seconds, metavar="SECONDS", help="end by itself after so long")
    parser.add_argument("--plain", action="store_true", help="one line per event; so it is without a terminal, too")
    found = parser.parse_args(arguments)
    return Options(for_s=found.for_s, plain=found.plain)


def _seconds(text: str) -> float:
    value = float(text)
    if not 0 < value <= 86_400:
        raise argparse.ArgumentTypeError("a number of seconds up to a day")
    return value
