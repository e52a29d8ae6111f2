"""A customer asks to be forgotten: checked, published for whoever erases, waited for, and answered with a receipt."""

import asyncio
import secrets
from collections.abc import Sequence
from datetime import UTC, datetime

from services.api.erasures import Erasures
from services.api.facts import Owner
from services.api.queries import Queries
from services.api.reading import no_such_contact
from services.api.route import Answer, Call, Nothing, route
from services.api.tombstones import digester
from shared.broker.groupcommit import GroupCommit
from shared.contract.erasure import Receipt
from shared.contract.events import ContactErased, encode
from shared.contract.ids import ContactId
from shared.erasure_key import ErasureKeys
from shared.number_record import NumberRecord
from shared.process import now_ms
from shared.topology import dropped_from_ms
from shared.week import Week

WAIT_S_MAX = 20.0  # below what gateways wait for; a conversation of 10,000 messages takes a few seconds
LOOK_S, LOOK_S_MAX = 0.05, 0.5

REMAINS = (
    "Meta: WhatsApp does not forget messages for a business. Meta keeps what it keeps under its own terms.",
    "Phones: the chat stays on the customer's phone, and on the business's where the WhatsApp Business app is used.",
    "Browsers: those that are open forget the conversation now, all others the next time they are opened.",
    "Copies of your own, such as backups of the store, hold it until you delete them.",
)
_WAITING = "Messages that waited to be sent are not sent; their last copies leave the queue within 24 hours."
_FEED = "The customer's id stays in the list of changes for a day, to tell browsers that were away."
_WEBHOOKS = (
    "Webhooks: until you remove the number from your app at Meta, what customers write goes on coming here. It is held"
    " for 7 days in case you connect the number anew, and then is a dead letter."
)
UNDER_WAY = (
    "Not all of it is done yet: it goes on by itself. Ask again in a while; when all is gone, the answer is 404."
)


class Erasing:
    """Answers whoever wants something to be gone."""

    def __init__(
        self,
        queries: Queries,
        keys: ErasureKeys,
        erasures: Erasures,
        published: GroupCommit,
        archive_weeks: int | None,
        wait_s_max: float = WAIT_S_MAX,
    ) -> None:
        self._queries = queries
        self._keys = keys
        self._erasures = erasures
        self._published = published
        self._archive_weeks = archive_weeks
        self._wait_s_max = wait_s_max

    @route(
        "DELETE",
        "/v1/numbers/{number_id}/conversations/{contact_id}",
        summary="Erase a customer, everywhere and for good; 202 when that takes longer than this request may",
        access="session",
        answers={200: Receipt, 202: Receipt},
        refusals={404: ("no_such_contact",)},
    )
    async def erase_conversation(self, call: Call[Nothing, Nothing]) -> Answer:
        """By any of the contact's ids. Whoever is erased already is not there: 404."""
        owner = (call.number.workspace_id, call.number.number_id)
        found = await self._queries.conversation(*owner, call.contact_id)
        if found is None:
            raise no_such_contact()
        digest = digester(await self._keys.of(owner[0]), owner[1])
        at_ms = now_ms()
        event = ContactErased(
            workspace_id=owner[0],
            number_id=owner[1],
            received_ms=at_ms,
            erasure_id=secrets.token_hex(16),
            names=tuple(digest(name) for name in (found.contact_id, *found.aliases)),
            at_ms=at_ms,
        )
        await self._published.add([encode(event)])
        return await self._receipt(owner, event.erasure_id, at_ms, (*REMAINS, _FEED), found.contact_id)

    async def floor_ms(self, owner: Owner) -> int:
        """Up to when the whole number is erased."""
        return await self._erasures.floor_ms(owner)

    async def number_erased(self, record: NumberRecord) -> Answer:
        """The receipt of a whole number."""
        assert record.erasing is not None, "somebody has asked for it"
        assert record.erasing_ms is not None, "at some time"
        owner = (record.workspace_id, record.number_id)
        return await self._receipt(owner, record.erasing, record.erasing_ms, (*REMAINS, _WEBHOOKS))

    async def _receipt(
        self, owner: Owner, erasure_id: str, at_ms: int, remains: Sequence[str], contact_id: ContactId | None = None
    ) -> Answer:
        """What has been removed, once that is all, or when it has been waited for long enough."""
        loop = asyncio.get_running_loop()
        until_s, pause_s = loop.time() + self._wait_s_max, LOOK_S
        while True:
            removed, done = await self._erasures.removed(owner, erasure_id)
            if done or loop.time() >= until_s:
                break
            await asyncio.sleep(pause_s)
            pause_s = min(LOOK_S_MAX, pause_s * 1.5)
        archive_until = None
        if self._archive_weeks is not None:
            ends_ms = dropped_from_ms(Week.of(now_ms()), self._archive_weeks)
            archive_until = datetime.fromtimestamp(ends_ms / 1000, UTC).date()
        receipt = Receipt(
            erased_at=at_ms,
            contact_id=contact_id,
            removed=removed,
            archive_until=archive_until,
            remains=[*([] if done else [UNDER_WAY]), *remains, *([_WAITING] if removed.sends else [])],
        )
        return Answer(200 if done else 202, receipt)
