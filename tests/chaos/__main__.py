"""`make chaos`: one run of all faults, or many that share them out; exit code 1 when anything was lost or doubled."""

import json
import shutil
import sys
import tempfile
import traceback
from pathlib import Path

import uvloop

from tests.chaos.asked import Asked, asked, by_chance
from tests.chaos.fault import Fault, every_fault
from tests.chaos.plan import ROUND, shares
from tests.chaos.result import Result, say
from tests.chaos.run import run
from tests.real import choice, session
from tests.real.server import RABBITMQ, REDIS


def one(seed: int, table: list[Fault], told: Asked, results: Path) -> Result:
    """One run on fresh servers; its result is kept."""
    folder = Path(tempfile.mkdtemp(prefix=f"inbox-chaos-{seed}-"))
    servers = (choice.private(RABBITMQ), choice.private(REDIS))
    try:
        result = uvloop.run(run(seed, told.plan(seed, table), *servers, folder))
    except Exception:  # the runs after it are made all the same
        result = Result(seed)
        result.wrong("stuck", f"no end: {traceback.format_exc(limit=-4)}")
    finally:
        for server in servers:
            server.remove()
    results.mkdir(parents=True, exist_ok=True)
    (results / f"seed-{seed}.json").write_text(json.dumps(result.as_json(), indent=1) + "\n")
    say(result.told())
    if result.is_good:
        shutil.rmtree(folder, ignore_errors=True)
    else:
        say(f"  logs: {folder}; again: {told.again(seed)}")
    return result


def main() -> int:
    """All runs."""
    told, table = asked(), list(every_fault().values())
    if told.list:
        for each in told.chosen(table):
            say(f"{each.times:3} in a run, in {shares(each):2} runs of {ROUND}  {each.name}")
        return 0
    seeds = told.seeds_from(by_chance())
    folder = told.folder(seeds)
    session.begin()
    try:
        results = [one(seed, table, told, folder) for seed in seeds]
    finally:
        session.end(choice.remove)
    wrong = [result.seed for result in results if not result.is_good]
    messages = sum(result.counts.get("written", 0) + result.counts.get("clicked", 0) for result in results)
    say(f"{len(results)} runs, {messages} messages, wrong: {', '.join(map(str, wrong)) or 'none'}")
    if len(seeds) > 1:
        say(f"the table of docs/reliability.md: .venv/bin/python -m tests.chaos.table {folder}/*.json")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
