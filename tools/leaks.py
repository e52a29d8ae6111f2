"""What must not be in the tree: secrets, in any file of the project, and dependencies that nobody has pinned."""

import hashlib
import json
import math
import re
import sys
from collections import Counter
from pathlib import Path

from tools.house import tracked

# Told by their form alone. Those of the project first: a real one in a test would be a real one in everybody's clone.
FORMS = {
    "a session, token or invite": re.compile(r"\bci[sti]_[A-Za-z0-9_-]{43}\b"),
    "an access token of Meta": re.compile(r"\bEAA[A-Za-z0-9]{80,}"),
    "a private key": re.compile(r"-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----\s*\n[A-Za-z0-9+/=]{20}"),
    "a key of a cloud": re.compile(r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b|\bAIza[A-Za-z0-9_-]{35}\b"),
    "a token of a code host": re.compile(r"\b(?:gh[pousr]_[A-Za-z0-9]{36,}|github_pat_\w{60,}|glpat-[\w-]{20,})"),
    "a token of a chat": re.compile(r"\bxox[abprs]-[A-Za-z0-9-]{20,}"),
    "a signed token": re.compile(r"\beyJ[A-Za-z0-9_-]{20,}\.eyJ[A-Za-z0-9_-]{20,}\.[A-Za-z0-9_-]{20,}"),
    "a password in an address": re.compile(
        r"\b(?:amqps?|rediss?|https?)://[^\s:/@\"'{}<>]*:(?!guest@)[^\s@/\"'{}<>.]{8,}@"
    ),
}
# Told by what they are called, if they look random.
NAMED = re.compile(
    r"(?i)(?:secret|token|passw(?:or)?d|api_?key|secret_keys?|credential)s?[\"']?\s*[:=]\s*[\"']?([A-Za-z0-9+/_=-]{24,})"
)
BITS_MIN = 3.3  # of a letter: what is written by people has less, hex about 3.7, base64 more
# By the SHA-256 of what was found: examples of Meta's own pages, and canaries of the tests.
KNOWN = frozenset(
    (
        "3eb1bd439947eb76",  # an app secret in the shape of Meta's, of the doctor's tests
        "7cfc783e7208cbd3",  # passwords in addresses that a test wants to see redacted
        "8a50248630e68623",
        "810c8e2d199a12d1",  # a session in the shape of ours, likewise
    )
)
SKIPPED = (".png", ".lock", ".ico", ".woff2")
LENGTH_MAX = 2_000_000

PINNED = re.compile(r"^([a-z0-9][a-z0-9._-]*)(?:\[[a-z,]+\])?==\S+ *(?:; .*?)? *\\?$", re.IGNORECASE)
LOCKS = ("requirements/runtime.txt", "requirements/tracing.txt", "requirements/dev.txt", "requirements/web.txt")
PACKAGE_LOCKS = ("web/package-lock.json", "bench/comparators/package-lock.json")


def secrets_in(text: str) -> list[tuple[str, str]]:
    """What each find is, and the find itself."""
    found = [(what, match[0]) for what, form in FORMS.items() for match in form.finditer(text)]
    return found + [
        ("a random value of a secret's name", match[1]) for match in NAMED.finditer(text) if _random(match[1])
    ]


def _random(text: str) -> bool:
    if not (re.search(r"[0-9]", text) and re.search(r"[A-Za-z]", text)):
        return False
    counts = Counter(text)
    return -sum(n / len(text) * math.log2(n / len(text)) for n in counts.values()) >= BITS_MIN


def planted() -> list[str]:
    """Secrets in files of the project, told without repeating them."""
    found = []
    for path in tracked():
        if path.suffix in SKIPPED or path.stat().st_size > LENGTH_MAX:
            continue
        for what, secret in secrets_in(path.read_text(errors="replace")):
            name = hashlib.sha256(secret.encode()).hexdigest()[:16]
            if name not in KNOWN:
                found.append(f"{path}: {what} ({name})")
    return found


def unpinned(lock: str) -> list[str]:
    """Lines of a lock file that would let somebody else decide what is installed."""
    found, hashes, last = [], 1, ""
    for line in [*lock.splitlines(), "end==0"]:
        text = line.split(" #")[0].strip()
        if not text or text.startswith("#"):
            continue
        if text.startswith("--hash=sha256:"):
            hashes += 1
            continue
        if not hashes:
            found.append(f"{last}: without a hash")
        if not PINNED.match(text):
            found.append(f"{text[:80]}: not a version of a package")
        hashes, last = 0, text.partition("==")[0]
    return found


def unlocked(package_lock: str) -> list[str]:
    """Packages for Node without a checksum, or from an address of their own."""
    packages = json.loads(package_lock)["packages"]
    found = []
    for name, package in packages.items():
        if (not name.startswith("node_modules/") and "/node_modules/" not in name) or package.get("link"):
            continue
        if "resolved" in package:
            found.append(f"{name}: names an address")
        if "integrity" not in package and not package.get("inBundle"):
            found.append(f"{name}: without a checksum")
    return found


def main() -> int:
    """Print what must not be; the exit code says whether anything is."""
    problems = planted()
    problems += [f"{lock}: {problem}" for lock in LOCKS for problem in unpinned(Path(lock).read_text())]
    problems += [f"{lock}: {problem}" for lock in PACKAGE_LOCKS for problem in unlocked(Path(lock).read_text())]
    for problem in problems:
        print(problem)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
