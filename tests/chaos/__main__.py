"""`make chaos`: runs of all faults, one seed after the other; exit code 1 when anything was lost or doubled."""

import argparse
import json
import secrets
import sys
import tempfile
from pathlib import Path

import uvloop

from tests.chaos.fault import Fault, every_fault
from tests.chaos.result import Result, say
from tests.chaos.run import run
from tests.real import choice, session
from tests.real.server import RABBITMQ, REDIS

RESULTS = Path("build/chaos")
SEEDS_MAX = 1_000


def options() -> argparse.Namespace:
    """What was asked for."""
    asked = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    asked.add_argument("--seed", type=int, help="the first seed; by chance without one")
    asked.add_argument("--seeds", type=int, default=1, choices=range(1, SEEDS_MAX), metavar="N", help="how many runs")
    asked.add_argument("--only", action="append", default=[], metavar="WORDS", help="faults with these words in a name")
    asked.add_argument("--times", type=int, help="how often each; as in the table without it")
    asked.add_argument("--short", action="store_true", help="faults last 3 s and not 10 s")
    asked.add_argument("--list", action="store_true", help="list the faults")
    return asked.parse_args()


def chosen(words: list[str]) -> list[Fault]:
    """All but those that have to be named, or those with such a word in their name."""
    table = every_fault().values()
    if not words:
        return [each for each in table if not each.apart]
    return [each for each in table if any(word.lower() in each.name.lower() for word in words)]


def one(seed: int, faults: list[Fault], asked: argparse.Namespace) -> Result:
    """One run on fresh servers; its result is kept."""
    folder = Path(tempfile.mkdtemp(prefix=f"inbox-chaos-{seed}-"))
    servers = (choice.private(RABBITMQ), choice.private(REDIS))
    try:
        result = uvloop.run(run(seed, faults, servers[0], servers[1], folder, short=asked.short, times=asked.times))
    finally:
        for server in servers:
            server.remove()
    RESULTS.mkdir(parents=True, exist_ok=True)
    (RESULTS / f"seed-{seed}.json").write_text(json.dumps(result.as_json(), indent=1) + "\n")
    say(result.told())
    if not result.is_good:
        say(f"  logs: {folder}; again: make chaos SEED={seed}")
    return result


def main() -> int:
    """All runs."""
    asked = options()
    faults = chosen(asked.only)
    if asked.list:
        for each in faults:
            say(f"{each.times:3}  {each.name}")
        return 0
    first = secrets.randbelow(10**6) if asked.seed is None else asked.seed
    session.begin()
    try:
        results = [one(first + place, faults, asked) for place in range(asked.seeds)]
    finally:
        session.end(choice.remove)
    wrong = [result.seed for result in results if not result.is_good]
    messages = sum(result.counts["written"] + result.counts["clicked"] for result in results)
    say(f"{len(results)} runs, {messages} messages, wrong: {', '.join(map(str, wrong)) or 'none'}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
