"""The first day of a demo stack: a workspace, the simulator's number in it, and a link for a browser."""

import json
import secrets
import time
import urllib.error
import urllib.request
from pathlib import Path
from threading import Event
from typing import Any
from urllib.parse import quote, urlsplit

from tools.compose import Trouble

# What the simulator is born with; for the real Meta these stand in the App Dashboard.
NUMBER_ID = "106540352242922"
ACCESS_TOKEN = "simulated-access-token"  # noqa: S105
APP_SECRET = "simulated-app-secret"  # noqa: S105
GATEWAY = "http://gateway:8080"  # as the simulator's container sees it
ANSWER_S_MAX = 15.0
AWAY_S_MAX = 60.0


def introduced(inbox: str, simulator: str, join_key: str, kept: Path, gateway: str = GATEWAY) -> str:
    """The invite's link; the same workspace again when it was introduced before."""
    session = kept.read_text().strip() if kept.is_file() else ""
    if not session or _ask("GET", f"{inbox}/v1/session", session)[0] != 200:
        session = _good("POST", f"{inbox}/v1/sessions", "", {"join_key": join_key, "agent_name": "Ada"})["token"]
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.touch(0o600)
        kept.write_text(session)
    verify_token = secrets.token_urlsafe(16)
    callback = _good("PUT", f"{inbox}/v1/callback", session, {"verify_token": verify_token})
    told = {
        "url": gateway + urlsplit(callback["callback_url"]).path,
        "verify_token": verify_token,
        "app_secret": APP_SECRET,
    }
    _good("PUT", f"{simulator}/simulator/callbacks", "", told)
    number = {
        "phone_number_id": NUMBER_ID,
        "access_token": ACCESS_TOKEN,
        "verify_token": verify_token,
        "app_secret": APP_SECRET,
    }
    _good("POST", f"{inbox}/v1/numbers", session, number)
    invite = _good("POST", f"{inbox}/v1/invites", session)["invite"]
    return f"{inbox}/#invite={quote(invite)}&name=You"


def _good(method: str, url: str, secret: str, body: Any = None) -> Any:
    """The answer, asked for again while the gateway has nobody behind it yet."""
    ends_s = time.monotonic() + AWAY_S_MAX
    while True:
        status, answer = _ask(method, url, secret, body)
        if 200 <= status < 300:
            return answer
        if status not in (0, 503) or time.monotonic() > ends_s:
            raise Trouble(f"{method} {urlsplit(url).path} was answered with {status or 'nothing'}")
        Event().wait(1.0)


def _ask(method: str, url: str, secret: str, body: Any = None) -> tuple[int, Any]:
    headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {secret}"} if secret else {})
    told = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, told, headers, method=method)  # noqa: S310
    try:
        with urllib.request.urlopen(request, timeout=ANSWER_S_MAX) as answer:  # noqa: S310
            text = answer.read()
            return answer.status, json.loads(text) if text else None
    except urllib.error.HTTPError as refused:
        refused.close()
        return refused.code, None
    except OSError:
        return 0, None
