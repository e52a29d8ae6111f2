"""What a person does on the first day: sign in, tell Meta the address, connect the number, make a token."""

from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

from demo import keys
from demo.door import Door, Refused
from demo.household import Household
from demo.keys import Keys

AGENT = "Ada"
# What the simulator is born with; for the real Meta these stand in the App Dashboard.
NUMBER_ID = "106540352242922"
ACCESS_TOKEN = "simulated-access-token"  # noqa: S105
APP_SECRET = "simulated-app-secret"  # noqa: S105


@dataclass(frozen=True)
class Desk:
    """Signed in, with a number that is connected and a token for the live socket."""

    door: Door
    token: str
    number_id: str


async def moved_in(found: Household, folder: Path) -> Desk:
    """The second time the same workspace is found again, with all that was said in it."""
    kept = await _signed_in(found.inbox, keys.read(folder))
    keys.keep(folder, kept)
    door = found.inbox.holding(kept.session)
    await _introduce(door, found.simulator, kept.verify_token)
    credentials = {
        "phone_number_id": NUMBER_ID,
        "access_token": ACCESS_TOKEN,
        "verify_token": kept.verify_token,
        "app_secret": APP_SECRET,
    }
    number = await door.ask("POST", "/v1/numbers", credentials)
    return Desk(door, kept.token, number["id"])


async def _signed_in(door: Door, kept: Keys) -> Keys:
    if not await _is_good(door, kept.session):
        made = await door.ask("POST", "/v1/sessions", {"agent_name": AGENT})
        kept = replace(kept, session=made["token"], token="")
    if not await _is_good(door, kept.token):
        asked = {"name": "the demo's own live view", "scopes": ["read", "send", "live"]}
        made = await door.holding(kept.session).ask("POST", "/v1/tokens", asked)
        kept = replace(kept, token=made["token"])
    return kept


async def _is_good(door: Door, secret: str) -> bool:
    if not secret:
        return False
    try:
        await door.holding(secret).ask("GET", "/v1/session")
    except Refused as refused:
        if refused.status != 401:
            raise
        return False
    return True


async def _introduce(door: Door, simulator: Door, verify_token: str) -> None:
    """Verify and save, as in the App Dashboard; this Meta reaches the inbox by loopback, whatever its public URL."""
    callback = await door.ask("PUT", "/v1/callback", {"verify_token": verify_token})
    url = door.url + urlsplit(callback["callback_url"]).path
    await simulator.ask(
        "PUT", "/simulator/callbacks", {"url": url, "verify_token": verify_token, "app_secret": APP_SECRET}
    )
