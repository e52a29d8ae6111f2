"""The packages of the comparators in Python: private to the benchmarks, locked, installed to the letter."""

import subprocess
import sys

from bench.program import PYTHON, ROOT

LOCK = ROOT / "bench" / "comparators" / "requirements.txt"
FOLDER = ROOT / "bench" / "comparators" / "site"
_INSTALLED = FOLDER / ".installed"


def install() -> None:
    """Quick when nothing has changed; ends the program with one line when it cannot."""
    lock = LOCK.read_text()
    if _INSTALLED.is_file() and _INSTALLED.read_text() == lock:
        return
    print(f"bench: installing {LOCK.relative_to(ROOT)}", flush=True)
    # What they need themselves is in .venv already, in the very versions that are measured.
    quiet = ("--quiet", "--disable-pip-version-check", "--upgrade")
    told = ("--no-deps", "--require-hashes", "--target", str(FOLDER), "-r", str(LOCK))
    if subprocess.run([str(PYTHON), "-m", "pip", "install", *quiet, *told], check=False).returncode:
        sys.exit("bench: pip could not install the comparators (see above)")
    _INSTALLED.write_text(lock)
