"""Build the web part with the Node of the environment; quick when nothing has changed since."""

import hashlib
import os
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
WEB = ROOT / "web"
BIN = ROOT / ".venv" / "bin"
DESCRIPTION = WEB / "schema" / "openapi.json"
INSTALLED = WEB / "node_modules" / ".installed"
SKIPPED = frozenset(("node_modules", "dist", "tests", ".output", ".wxt"))
# What is built, and where it is noted what it was built from.
BUILT = {"page": ("build", WEB / "dist" / ".page"), "extension": ("extension", WEB / "dist" / ".extension")}


def main(wanted: Iterable[str]) -> int:
    """Install and describe, then build what is named; the exit code of what failed."""
    try:
        install()
        describe()
        for name in wanted:
            build(name)
    except subprocess.CalledProcessError as failure:
        print(f"web: `{' '.join(map(str, failure.cmd))}` failed", file=sys.stderr)
        return failure.returncode or 1
    return 0


def install() -> None:
    """The packages of package-lock.json, to the letter."""
    lock = digest([WEB / "package-lock.json", WEB / "package.json"])
    if INSTALLED.is_file() and INSTALLED.read_text() == lock:
        return
    print("setup: installing web/package-lock.json", flush=True)
    # No package runs a script of its own while it is installed.
    npm("ci", "--ignore-scripts", "--no-fund", "--no-audit", "--loglevel=error")
    INSTALLED.write_text(lock)


def describe() -> None:
    """The API's description as it is served, and the types that follow from it."""
    code = "import sys, orjson; from services.api import app, openapi; \
sys.stdout.buffer.write(orjson.dumps(openapi.description(app.described_routes()), option=orjson.OPT_INDENT_2))"
    described = subprocess.run([BIN / "python", "-c", code], cwd=ROOT, check=True, capture_output=True).stdout
    types = WEB / "core" / "schema.d.ts"
    if types.is_file() and DESCRIPTION.is_file() and DESCRIPTION.read_bytes() == described:
        return
    DESCRIPTION.write_bytes(described)
    npm("run", "--silent", "--workspace", "schema", "generate")


def build(name: str) -> None:
    """The page, or the extension, unless it stands there built from exactly these sources."""
    script, note = BUILT[name]
    built_from = digest(sources())
    if note.is_file() and note.read_text() == built_from:
        return
    print(f"setup: building the {name}", flush=True)
    note.unlink(missing_ok=True)
    npm("run", "--silent", script)
    note.write_text(built_from)


def sources() -> list[Path]:
    """Whatever the built may depend on."""
    found: list[Path] = []
    for folder, below, names in os.walk(WEB):
        below[:] = set(below) - SKIPPED  # never walked through: node_modules is large
        found += (path for name in names if (path := Path(folder, name)).is_file())
    return sorted(found)


def digest(paths: Iterable[Path]) -> str:
    """One name for the contents of all these files."""
    found = hashlib.sha256()
    for path in paths:
        found.update(f"{path.relative_to(WEB)}\0{hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return found.hexdigest()


def npm(*arguments: str) -> None:
    """Run npm in web/ with the Node beside it; what it says goes to the terminal."""
    path = os.pathsep.join((str(BIN), os.environ.get("PATH", "")))
    subprocess.run([BIN / "npm", *arguments], cwd=WEB, check=True, env={**os.environ, "PATH": path, "CI": "1"})


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
