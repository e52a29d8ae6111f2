"""The connect doctor on the whole way: from the form to the first signed webhook, and past the usual mistakes."""

from typing import Any

from tests.real.waiting import until_answered
from tests.system.shop import Shop, shop
from tests.system.stack import Stack

WRONG = "the-secret-of-another-app"


async def hops(opened: Shop) -> dict[str, str]:
    """What is said of each hop."""
    health = await opened.agent.ask("GET", f"{opened.path}/health")
    assert health["healthy"] == all(hop["state"] == "ok" for hop in health["hops"])
    return {hop["hop"]: hop["code"] for hop in health["hops"]}


async def until(opened: Shop, **codes: str) -> dict[str, str]:
    """The findings, as soon as these are among them; Graph's words are up to a second old here."""

    def told(found: Any) -> bool:
        return all(found[name] == code for name, code in codes.items())

    return await until_answered(lambda: hops(opened), told)


async def test_a_number_is_healthy_after_its_first_signed_webhook(stack: Stack) -> None:
    """Each hop turns green in its turn: connected, subscribed, written to."""
    async with shop(stack) as opened:
        account_id = stack.simulator.number(opened.number_id).account_id
        stack.simulator.subscribe(False, account_id=account_id)
        before = await until(opened, subscribed="not_subscribed")
        assert {
            "callback_verified": "callback_verified",
            "signed_webhooks": "nothing_signed_yet",
            "token_accepted": "token_accepted",
            "token_lasts": "token_lasts",
            "subscribed": "not_subscribed",
            "fields_subscribed": "fields_subscribed",
            "app_live": "app_perhaps_unpublished",
            "last_webhook": "nothing_yet",
            "number_registered": "number_registered",
            "name_approved": "name_approved",
            "account_in_order": "account_in_order",
            "nothing_missing": "nothing_missing",
        } == before

        stack.simulator.subscribe(account_id=account_id)
        await opened.hears(opened.customer())
        arrived = {"fields_subscribed": "messages_arrive", "app_live": "app_live", "last_webhook": "received"}
        await until(opened, signed_webhooks="signed", subscribed="subscribed", **arrived)
        assert (await opened.agent.ask("GET", f"{opened.path}/health"))["healthy"]


async def test_a_wrong_app_secret_is_told_and_what_it_refused_comes_by_itself(stack: Stack) -> None:
    """The commonest mistake: webhooks arrive, and their signature does not match."""
    async with shop(stack, connected=False) as opened:
        right, opened.app_secret = opened.app_secret, WRONG
        await opened.connect()
        ada = opened.customer()
        wamid = opened.writes(ada)
        await until(opened, signed_webhooks="signature_mismatch", last_webhook="latest_refused")

        await opened.agent.ask("PATCH", opened.path, {"app_secret": right})
        await opened.until_shown(ada, wamid)
        await until(opened, signed_webhooks="signed", last_webhook="received")


async def test_a_wrong_app_secret_is_told_at_connecting_already(stack: Stack) -> None:
    """What came before Save & connect is checked by it, and nobody has to write again to find out."""
    async with shop(stack, connected=False) as opened:
        opened.writes(opened.customer())
        await opened.until_settled()

        await opened.connect(app_secret=WRONG)
        await until(opened, signed_webhooks="signature_mismatch")


async def test_a_wrong_verify_token_at_meta_is_told(stack: Stack) -> None:
    """Meta came by and was not let in; the address that was verified before goes on."""
    async with shop(stack) as opened:
        address = (await opened.agent.ask("GET", "/v1/callback"))["callback_url"]
        query = {"hub.mode": "subscribe", "hub.challenge": "1", "hub.verify_token": "opensesami"}
        async with stack.http.get(address, params=query) as answer:
            assert 403 == answer.status
        await until(opened, callback_verified="callback_token_mismatch")

        await opened.hears(opened.customer())
        await until(opened, callback_verified="callback_verified")
