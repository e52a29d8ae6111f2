"""What a webhook leaves behind for the connect doctor, through the real door."""

from shared.contract.evidence import Evidence
from tests.integration.services.ingest.doors import Door
from tests.payloads import bodies
from tests.real.waiting import until_answered


async def test_a_refused_webhook_is_evidence_against_the_secrets_it_fails(a_door: Door) -> None:
    """And for no other number of the body, because nothing of it was taken."""
    await a_door.connect("1001")
    await a_door.connect("1002", secret=None)
    body = bodies.dump(
        bodies.envelope(*(bodies.change(bodies.value(n, messages=[bodies.message()])) for n in ("1001", "1002")))
    )

    assert 401 == await a_door.post_signed(body, "the secret of another app")
    wrong = await until_answered(lambda: a_door.evidence("1001"), lambda seen: seen.mismatch)
    assert 401 == await a_door.post(body)
    await until_answered(lambda: a_door.evidence("1001"), lambda seen: seen.missing)

    assert (None, None) == (wrong.verified, wrong.account_id)
    assert Evidence() == await a_door.evidence("1002")


async def test_a_taken_webhook_is_evidence_with_the_account_that_meta_names(a_door: Door) -> None:
    """Of connected numbers; the dashboard's test number leaves nothing behind."""
    await a_door.connect()

    assert 200 == await a_door.post_signed(bodies.texts("hello"))
    seen = await until_answered(lambda: a_door.evidence(bodies.NUMBER), lambda seen: seen.verified)
    assert 200 == await a_door.post(bodies.raw("dashboard_test"))

    assert bodies.ACCOUNT == seen.account_id
    assert (None, seen.verified) == (seen.mismatch, seen.taken_ms)
    assert Evidence() == await a_door.evidence("123456123")


async def test_a_wrong_verify_token_is_noted(a_door: Door) -> None:
    """The doctor can say that Meta came by, and why it was not let in."""
    registry = a_door.ground.registry
    await registry.stage_verify_token(a_door.workspace_id, "staged")
    await a_door.shake_hands(mode="subscribe", challenge="1", verify_token="staged")
    assert (await registry.callback(a_door.workspace_id)).last_verify_refused_ms is None

    await a_door.shake_hands(mode="subscribe", challenge="1", verify_token="with a typing eror")
    assert (await registry.callback(a_door.workspace_id)).last_verify_refused_ms is not None
