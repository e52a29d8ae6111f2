"""Two workspaces beside each other, and everybody who may come to their doors."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from shared.auth import INVITE_MS, digest_of
from shared.process import now_ms
from tests.real.inbox import Answered, Caller, Inbox

TEXT = "The canary sings at noon"
PHONE = "15550004321"


@dataclass
class Household:
    """Ada's workspace with a number and a customer; Eve's, beside it."""

    inbox: Inbox
    ada: Caller
    eve: Caller
    path: str
    wamid: str
    parameters: dict[str, str]
    callers: dict[str, Caller] = field(default_factory=dict)

    def filled(self, template: str) -> str:
        """A path with Ada's own ids."""
        return re.sub(r"\{(\w+)\}", lambda name: self.parameters[name[1]], template)

    async def ask(self, who: str, method: str, template: str, body: Any = None) -> Answered:
        """Ask for something of Ada's; a body that no route takes keeps those who may from changing anything."""
        harmless = {"no such field": 1} if method != "GET" and body is None else body
        return await self.callers[who].ask(method, self.filled(template), harmless)


async def household(inbox: Inbox) -> Household:
    """All of it, and one of each kind of caller."""
    ada, eve = await inbox.agent("Ada"), await inbox.agent("Eve")
    path = await inbox.connected(ada)
    wamid = await inbox.customer_writes(ada, TEXT, wa_id=PHONE)
    spare = await inbox.token(ada, "read")
    parameters = {
        "number_id": inbox.simulator.settings.phone_number_id,
        "contact_id": PHONE,
        "message_id": quote(wamid, safe=""),
        "session_id": ada.id,
        "token_id": spare.id,
    }
    made = Household(inbox, ada, eve, path, wamid, parameters)
    made.callers = {
        "nobody": inbox.stranger,
        "a guess": ada.holding("cis_" + "A" * 43),
        "an invite for a session": ada.holding((await ada.ask("POST", "/v1/invites")).json["invite"]),
        "a revoked session": await _revoked(inbox, ada),
        "a revoked token": await _revoked_token(inbox, ada),
        "the session": ada,
        "a token to read": await inbox.token(ada, "read"),
        "a token to send": await inbox.token(ada, "send"),
        "a token to listen": await inbox.token(ada, "read", "live"),
        "another session": eve,
        "another token": await inbox.token(eve, "read", "send", "live"),
    }
    return made


async def _revoked(inbox: Inbox, ada: Caller) -> Caller:
    bob = await inbox.agent("Bob", invite=(await ada.ask("POST", "/v1/invites")).json["invite"])
    assert 200 == (await bob.ask("GET", "/v1/session")).code  # known, and so remembered
    assert 204 == (await ada.ask("DELETE", f"/v1/sessions/{bob.id}")).code
    return bob


async def _revoked_token(inbox: Inbox, ada: Caller) -> Caller:
    token = await inbox.token(ada, "read", "send", "live")
    assert 200 == (await token.ask("GET", "/v1/session")).code
    assert 204 == (await ada.ask("DELETE", f"/v1/tokens/{token.id}")).code
    return token


async def invites(inbox: Inbox, ada: Caller) -> Mapping[str, str]:
    """Those that let nobody in: used, ended, and never given."""
    used = (await ada.ask("POST", "/v1/invites")).json["invite"]
    await inbox.agent("Bob", invite=used)
    ended = (await ada.ask("POST", "/v1/invites")).json["invite"]
    kept = f"invite:{digest_of(ended)}"
    assert INVITE_MS - 60_000 < await inbox.ground.redis.pttl(kept) <= INVITE_MS
    await inbox.ground.redis.pexpireat(kept, now_ms() - 1)  # as if a day had passed
    return {"used": used, "ended": ended, "guessed": "cii_" + "A" * 43, "another kind": str(ada.secret)}
