"""Rules of the house that no linter knows: file lengths, names, banned words and places, tests that mirror the code."""

import re
import subprocess
import sys
from pathlib import Path

LINES_MAX = 300
CODE = ("shared", "services", "simulator", "demo", "bench")
BANNED_FILES = re.compile(r"(^|/)(utils?|helpers?|common|base|models|types|constants|manager)\.(py|ts|tsx)$")
BANNED_TEXT = {
    re.compile(r"\b(TODO|FIXME|XXX|HACK)\b"): "left open",
    re.compile(r"unittest\.mock import|import unittest|monkeypatch\.setattr"): "a fake is a real program",
    re.compile(r"\btime\.sleep\("): "poll for a condition with a deadline",
    re.compile(r"/(home|Users)/\w+/"): "a path of one machine",
    re.compile(
        "py" + "pi\\.org|python" + "hosted|npm" + "js\\.(org|com)|deb\\." + "debian"
    ): "a package registry's host",
}
# Servers are started before there is an event loop to wait in.
EXCEPT = {(("tests", "real"), "poll for a condition with a deadline")}
# Both brokers are held to one contract, whatever files they are made of; close codes are a table of numbers.
TESTED_THROUGH = {
    "shared/broker/amqp": Path("tests/integration/shared/broker/test_door.py"),
    "shared/broker/streams": Path("tests/integration/shared/broker/test_door.py"),
    "shared/broker/source.py": Path("tests/integration/shared/broker/test_door.py"),
    "shared/broker/archive.py": Path("tests/integration/shared/broker/amqp/test_archive.py"),
    "shared/broker/cancellation.py": Path("tests/integration/shared/broker/amqp/test_connection.py"),
    "services/push/codes.py": Path("tests/integration/services/push/test_app.py"),
}
# What only `make bench-quick` can run: it starts every side there is, and fails where a ledger does not hold.
RUN_WHOLE = (
    *("callers.py", "sends.py", "graph_end.py"),
    *("audience.py", "fanout.py", "publisher.py", "pushes.py"),
    *("filling.py", "hops.py", "journey.py", "reads.py", "wheels.py", "whole.py"),
    *("comparators", "stages", "duel.py", "gate.py", "machine.py", "npm.py", "paced.py"),
    *("backlog.py", "drains.py", "program.py", "servers.py", "sides.py", "stage.py", "trivial.py", "turn.py"),
)
# What the browser's core must not know: it runs in a page, in a worker and in plain Node alike.
FOREIGN_TO_CORE = re.compile(
    r"\b(document|window|localStorage|sessionStorage|navigator|chrome|browser)[.?\[]|from \"(@inbox|preact\")"
)
# Declarations have nothing to test.
UNTESTED_IN_CORE = frozenset(("cached.ts", "chat.ts", "environment.ts", "schema.d.ts"))
# An entry point has no test of its own: the system tests start it.
UNTESTED = re.compile(r"/(__init__|__main__|settings|metrics|scripts)\.py$")


def tracked(*patterns: str) -> list[Path]:
    """The files of the project, by git's own list."""
    answer = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", "--", *patterns], capture_output=True, check=True
    )
    return [Path(line) for line in answer.stdout.decode().splitlines() if Path(line).is_file()]


def long_files() -> list[str]:
    """Files that want to be two."""
    return [
        f"{path}: {count} lines, at most {LINES_MAX}"
        for path in tracked("*.py", "*.ts", "*.tsx")
        if (count := len(path.read_text().splitlines())) > LINES_MAX
    ]


def banned_names() -> list[str]:
    """File names behind which a noun was not found."""
    return [f"{path}: name the noun it holds" for path in tracked() if BANNED_FILES.search(str(path))]


def banned_words() -> list[str]:
    """Words and paths that have no place in the project."""
    found = []
    for path in tracked():
        if path == Path(__file__).resolve().relative_to(Path.cwd()) or path.suffix in (".png", ".lock"):
            continue
        for number, line in enumerate(path.read_text(errors="replace").splitlines(), 1):
            found += [
                f"{path}:{number}: {why}"
                for pattern, why in BANNED_TEXT.items()
                if pattern.search(line) and (path.parts[:2], why) not in EXCEPT
            ]
    return found


def missing_tests() -> list[str]:
    """Source files without a test at the same path, in unit or in integration."""
    found = []
    for path in tracked(*(f"{top}/**/*.py" for top in CODE), *(f"{top}/*.py" for top in CODE)):
        if UNTESTED.search(f"/{path}") or any(path.is_relative_to(Path("bench", each)) for each in RUN_WHOLE):
            continue
        mirrors = [Path("tests", kind, path.parent, f"test_{path.name}") for kind in ("unit", "integration", "system")]
        mirrors += [test for place, test in TESTED_THROUGH.items() if path.is_relative_to(place)]
        if not any(mirror.exists() for mirror in mirrors):
            found.append(f"{path}: no test at {mirrors[0]} or {mirrors[1]}")
    return found


def core_rules() -> list[str]:
    """Files of the browser's core that know a browser, or that have no test at the same path."""
    found = []
    for path in tracked("web/core/*.ts"):
        if not Path("web/tests/core", f"{path.stem}.test.ts").exists() and path.name not in UNTESTED_IN_CORE:
            found.append(f"{path}: no test at web/tests/core/{path.stem}.test.ts")
        for number, line in enumerate(path.read_text().splitlines(), 1):
            if FOREIGN_TO_CORE.search(line) and not line.lstrip().startswith(("*", "/*", "//")):
                found.append(f"{path}:{number}: the core knows no browser")
    return found


def main() -> int:
    """Print what breaks a rule; the exit code says whether anything does."""
    problems = [*long_files(), *banned_names(), *banned_words(), *missing_tests(), *core_rules()]
    for problem in problems:
        print(problem)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
