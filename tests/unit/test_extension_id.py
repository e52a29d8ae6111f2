"""The extension that make extension builds is the one that the server lets in."""

import base64
import hashlib
import re
from pathlib import Path

from shared.settings import OUR_EXTENSION

MANIFEST = Path(__file__).parents[2] / "web" / "extension" / "wxt.config.ts"


def test_the_id_follows_from_the_public_key_of_the_manifest() -> None:
    """Chrome writes the first half of the key's hash in the letters a to p."""
    written = re.search(r'const KEY =((?:\s*"[^"]+"\s*\+?)+);', MANIFEST.read_text())
    assert written
    key = base64.b64decode("".join(re.findall(r'"([^"]+)"', written[1])))
    digest = hashlib.sha256(key).hexdigest()[:32]

    assert OUR_EXTENSION == "".join(chr(ord("a") + int(digit, 16)) for digit in digest)
