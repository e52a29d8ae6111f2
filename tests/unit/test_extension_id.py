"""The extension that make extension builds is the one that the server lets in."""

import base64
import hashlib
import re
from pathlib import Path

from shared.settings import OUR_EXTENSION

MANIFEST = Path(__file__).parents[2] / "web" / "extension" / "wxt.config.ts"


def test_the_id_follows_from_the_public_key_of_the_manifest() -> None:
    """Chrome writes the first half of the key's hash in the letters a to p."""
    found = re.search(r'"(MIIB[A-Za-z0-9+/=]+)"', MANIFEST.read_text())
    assert found
    digest = hashlib.sha256(base64.b64decode(found[1])).hexdigest()[:32]

    assert OUR_EXTENSION == "".join(chr(ord("a") + int(digit, 16)) for digit in digest)
