"""The packages of the comparators that run on Node: private to the benchmarks, locked, installed to the letter."""

import os
import subprocess
import sys

from bench.program import NODE, ROOT

FOLDER = ROOT / "bench" / "comparators"
INSTALLED = FOLDER / "node_modules" / ".installed"


def install() -> None:
    """Quick when nothing has changed; ends the program with one line when it cannot."""
    lock = (FOLDER / "package-lock.json").read_text()
    if INSTALLED.is_file() and INSTALLED.read_text() == lock:
        return
    if not NODE.exists():
        sys.exit("bench: Node is missing; `make bench` installs it into .venv")
    print("bench: installing bench/comparators/package-lock.json", flush=True)
    path = os.pathsep.join((str(NODE.parent), os.environ.get("PATH", "")))
    # No package runs a script of its own while it is installed.
    command = [str(NODE.parent / "npm"), "ci", "--ignore-scripts", "--no-fund", "--no-audit", "--loglevel=error"]
    if subprocess.run(command, cwd=FOLDER, check=False, env={**os.environ, "PATH": path}).returncode:
        sys.exit("bench: npm could not install the comparators (see above)")
    INSTALLED.write_text(lock)
