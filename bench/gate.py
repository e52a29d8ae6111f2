"""Before it is measured a side has to show that it checks what it is said to check, and takes what Meta sends."""

import hashlib
import hmac

import aiohttp

from bench.program import ROOT
from bench.sides import Side
from bench.webhooks import APP_SECRET, body
from shared.signature import HEADER

PAYLOADS = ROOT / "tests" / "payloads"
GENUINE = ("text", "image", "location", "contacts", "reaction", "button_reply", "status_delivered", "status_failed")


class GateError(Exception):
    """It does not do the work that its figure would be for."""


async def try_out(side: Side) -> None:
    """Genuine bodies pass, forged ones and ones that are no JSON do not; raises GateError."""
    url = f"http://127.0.0.1:{side.port}{side.path}"
    genuine = [(f"{name}.json", (PAYLOADS / f"{name}.json").read_bytes(), APP_SECRET, 200) for name in GENUINE]
    refused = [("forged", body(0), "another secret", 401), ("no JSON", b'{"object":', APP_SECRET, 400)]
    async with aiohttp.ClientSession() as http:
        for name, content, secret, wanted in genuine + (refused if side.checks else []):
            signature = hmac.digest(secret.encode(), content, hashlib.sha256).hex()
            headers = {HEADER: f"sha256={signature}", "Content-Type": "application/json"}
            async with http.post(url, data=content, headers=headers) as answer:
                if answer.status != wanted:
                    raise GateError(f"{side.name} answered {answer.status} to {name}, not {wanted}")
