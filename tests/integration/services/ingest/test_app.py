"""What Meta meets at the door, over real HTTP, with a real registry and real brokers."""

import asyncio
import random
from typing import Any

import pytest

from shared.contract.events import EventsHeld, MessageEchoed, MessageReceived, PartUnrecognised
from shared.contract.ids import NumberId
from tests.integration.services.ingest.doors import SECRET, Door, door
from tests.payloads import bodies
from tests.real.waiting import until_answered

MIB = 1024 * 1024


async def test_two_hundred_means_that_the_broker_has_it(each_door: Door) -> None:
    """The moment the answer is here, every event waits in the queue, in Meta's order."""
    await each_door.connect()

    assert 200 == await each_door.post_signed(bodies.texts("one", "two", "three"))
    assert 1 == await each_door.backlog()
    assert 200 == await each_door.post_signed(bodies.texts("four"))

    told = await each_door.events(4)
    assert ["one", "two", "three", "four"] == [event.content.text.body for event in told]  # type: ignore[union-attr]
    assert {(each_door.workspace_id, bodies.NUMBER, "verified")} == {
        (event.workspace_id, event.number_id, event.signature) for event in told
    }


async def test_many_webhooks_at_once_all_arrive(each_door: Door) -> None:
    """They travel in few broker messages, and each is answered for itself."""
    await each_door.connect()

    answers = await asyncio.gather(*(each_door.post_signed(bodies.texts(str(i))) for i in range(200)))

    assert {200} == set(answers)
    told = await each_door.events(200)
    assert {str(i) for i in range(200)} == {event.content.text.body for event in told}  # type: ignore[union-attr]


async def test_a_large_body_arrives_whole(each_door: Door) -> None:
    """A history chunk of thousands is one webhook and many broker messages."""
    await each_door.connect()
    messages = [bodies.message(str(i) + "x" * 300) for i in range(5_000)]
    chunk = {"threads": [{"id": bodies.CONTACT, "messages": messages}]}
    body = bodies.dump(bodies.envelope(bodies.change(bodies.value(history=[chunk]), "history")))
    assert len(body) > 2 * MIB

    assert 200 == await each_door.post_signed(body)

    told = await each_door.events(5_000)
    assert [m["id"] for m in messages] == [event.wamid for event in told if isinstance(event, MessageReceived)]


@pytest.mark.parametrize("header", [None, "sha256=nonsense", "sha256=" + "0" * 64])
async def test_a_forged_body_is_refused_as_a_whole(a_door: Door, header: str | None) -> None:
    """Nothing of it is stored, not even the part of a number without a secret."""
    await a_door.connect("1001")
    await a_door.connect("1002", secret=None)
    changes = (bodies.change(bodies.value(n, messages=[bodies.message()])) for n in ("1002", "1001"))

    assert 401 == await a_door.post(bodies.dump(bodies.envelope(*changes)), header)
    assert 0 == await a_door.backlog()


async def test_a_replaced_secret_still_verifies(a_door: Door) -> None:
    """Until its day is over."""
    await a_door.connect()
    record = await a_door.ground.registry.number(a_door.workspace_id, NumberId(bodies.NUMBER))
    assert record is not None
    old = record.app_secrets[0].model_copy(update={"until_ms": 2**48})
    new = record.app_secrets[0].model_copy(update={"secret": type(old.secret)("the new secret")})
    await a_door.ground.registry.save_number(record.model_copy(update={"app_secrets": (new, old)}))

    assert 200 == await a_door.post_signed(bodies.texts("old"))
    assert 200 == await a_door.post_signed(bodies.texts("new"), "the new secret")
    assert 401 == await a_door.post_signed(bodies.texts("other"), "another secret")


async def test_a_number_without_a_secret_is_taken_unsigned_and_seen(a_door: Door) -> None:
    """The doctor can say so at once."""
    await a_door.connect(secret=None)

    assert 200 == await a_door.post(bodies.texts("hello"))

    (told,) = await a_door.events(1)
    assert "unsigned" == told.signature
    callback = await until_answered(
        lambda: a_door.ground.registry.callback(a_door.workspace_id), lambda seen: seen.unsigned_seen
    )
    assert 1 == callback.unsigned_seen
    assert callback.last_webhook_ms is not None


async def test_webhooks_are_noted_once_a_minute(a_door: Door) -> None:
    """The first at once."""
    await a_door.connect()
    await a_door.post_signed(bodies.texts("one"))
    first = await until_answered(
        lambda: a_door.ground.registry.callback(a_door.workspace_id), lambda seen: seen.last_webhook_ms
    )
    await a_door.post_signed(bodies.texts("two"))

    assert first == await a_door.ground.registry.callback(a_door.workspace_id)
    assert 0 == first.unsigned_seen


async def test_events_of_an_unconnected_number_are_held_with_their_proof(each_door: Door) -> None:
    """Unknown or switched off: one event that holds them, beside those of the connected number."""
    await each_door.connect("1001")
    await each_door.connect("1003", enabled=False)
    lists = [(n, bodies.value(n, messages=[bodies.message(), bodies.message()])) for n in ("1001", "1002", "1003")]
    body = bodies.dump(bodies.envelope(*(bodies.change(value) for _, value in lists)))

    assert 200 == await each_door.post_signed(body)

    told = await each_door.events(4)
    held = {event.number_id: event for event in told if isinstance(event, EventsHeld)}
    assert {"1002", "1003"} == held.keys()
    assert ("unchecked", "verified") == (held[NumberId("1002")].signature, held[NumberId("1003")].signature)
    assert [2, 2] == [len(event.events) for event in held.values()]
    assert bodies.signed(body, SECRET) == held[NumberId("1002")].header


async def test_a_number_is_known_the_moment_it_is_connected(a_door: Door) -> None:
    """A "no such" is never remembered."""
    await a_door.post(bodies.texts("early"))
    await a_door.connect()
    await a_door.post_signed(bodies.texts("late"))

    early, late = await a_door.events(2)

    assert isinstance(early, EventsHeld)
    assert isinstance(late, MessageReceived)


async def test_account_fields_must_be_signed_by_some_secret(a_door: Door) -> None:
    """Where the workspace has any."""
    assert 200 == await a_door.post(bodies.account())
    await a_door.connect()
    assert 401 == await a_door.post(bodies.account())
    assert 401 == await a_door.post(b'{"entry":[]}')
    assert 200 == await a_door.post_signed(bodies.account())

    assert ["unsigned", "verified"] == [event.signature for event in await a_door.events(2)]


async def test_one_bad_part_costs_nothing_else(a_door: Door) -> None:
    """It is kept raw, and the answer is 200: Meta would send it again for a week."""
    await a_door.connect()
    parts: list[Any] = [bodies.message(), {"id": 7}, bodies.message()]

    assert 200 == await a_door.post_signed(bodies.dump(bodies.envelope(bodies.change(bodies.value(messages=parts)))))

    kinds = [type(event) for event in await a_door.events(3)]
    assert [MessageReceived, PartUnrecognised, MessageReceived] == kinds


async def test_every_payload_we_know_is_taken(a_door: Door) -> None:
    """Signed as they are, byte for byte."""
    await a_door.connect()
    await a_door.connect("123456123")

    assert {200} == {await a_door.post_signed(bodies.raw(name)) for name in bodies.names()}


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b"[" * 100_000, b'{"a":' * 500 + b"1" + b"}" * 500])
async def test_what_is_no_webhook_is_malformed(a_door: Door, body: bytes) -> None:
    """Whatever its signature."""
    assert 400 == await a_door.post_signed(body)
    assert 0 == await a_door.backlog()


async def test_arbitrary_bytes_are_refused(a_door: Door) -> None:
    """Never a 200, never a 500."""
    await a_door.connect()
    chance = random.Random(7)
    valid = bodies.texts("hello")

    for _ in range(200):
        noise = bytes(chance.randrange(256) for _ in range(chance.randrange(40)))
        place = chance.randrange(len(valid))
        spoiled = valid[:place] + noise + valid[place + len(noise) :]
        assert await a_door.post(chance.choice((noise, spoiled)), "sha256=" + "0" * 64) in (400, 401)


async def test_the_largest_body_is_taken_and_a_larger_one_is_not(a_door: Door) -> None:
    """Whether it says its length or not."""
    await a_door.connect()
    body = bodies.texts("x" * 100)
    largest = body[:-1] + b" " * (4 * MIB - len(body)) + b"}"
    assert 4 * MIB == len(largest)

    async def in_pieces(whole: bytes) -> Any:
        for start in range(0, len(whole), 65536):
            yield whole[start : start + 65536]

    assert 200 == await a_door.post_signed(largest)
    assert 413 == await a_door.post_signed(largest + b" ")
    header = {"X-Hub-Signature-256": bodies.signed(largest, SECRET)}
    async with a_door.http.post(a_door.url, data=in_pieces(largest), headers=header) as response:
        assert 200 == response.status
    async with a_door.http.post(a_door.url, data=in_pieces(largest + b" "), headers=header) as response:
        assert 413 == response.status
        assert "too_large" == (await response.json(content_type=None))["code"]


async def test_an_unknown_key_is_not_found(a_door: Door) -> None:
    """For any method that exists."""
    for key in ("nobody", "x" * 32, "x" * 1000, "%7B%7D", "a-b"):
        url = f"{a_door.origin}/webhooks/{key}"
        async with a_door.http.post(url, data=b"{}") as posted, a_door.http.get(url) as shaken:
            assert (404, 404) == (posted.status, shaken.status)


@pytest.mark.parametrize("method", ["HEAD", "PUT", "DELETE", "PATCH", "OPTIONS"])
async def test_other_methods_are_not_allowed(a_door: Door, method: str) -> None:
    """Meta has two."""
    async with a_door.http.request(method, a_door.url) as response:
        assert 405 == response.status
        assert {"GET", "POST"} == set(response.headers["Allow"].split(","))


async def test_a_flood_is_told_to_come_again(redis_url: str) -> None:
    """Bodies in hand are bounded in bytes: beyond it a 503, and room again afterwards."""
    async with door(redis_url, webhook_room_bytes=MIB) as made:
        await made.connect()
        big = bodies.texts("x" * (900 * 1024))

        answers = await asyncio.gather(*(made.post_signed(big) for _ in range(8)))

        assert {200, 503} == set(answers)
        assert 200 == await made.post_signed(big)


async def test_the_handshake_echoes_the_challenge(a_door: Door) -> None:
    """For the staged token, before anything is connected, and for any connected number's."""
    registry = a_door.ground.registry
    await registry.stage_verify_token(a_door.workspace_id, "staged")
    await a_door.connect("1001", verify_token="of a number")
    plain = "text/plain; charset=utf-8"

    for token in ("staged", "of a number"):
        answer = await a_door.shake_hands(mode="subscribe", challenge="11582 ünd 4", verify_token=token)
        assert (200, plain, "11582 ünd 4") == answer
    assert (await registry.callback(a_door.workspace_id)).last_verified_ms is not None


@pytest.mark.parametrize(
    "query",
    [
        {"mode": "subscribe", "challenge": "1", "verify_token": "wrong"},
        {"mode": "subscribe", "challenge": "1", "verify_token": ""},
        {"mode": "subscribe", "challenge": "1", "verify_token": "of a disconnected number"},
        {"mode": "subscribe", "challenge": "1"},
        {"mode": "unsubscribe", "challenge": "1", "verify_token": "staged"},
        {"challenge": "1", "verify_token": "staged"},
        {"mode": "subscribe", "verify_token": "staged"},
        {},
    ],
)
async def test_any_other_handshake_is_forbidden(a_door: Door, query: dict[str, str]) -> None:
    """And tells nobody that it was verified."""
    await a_door.ground.registry.stage_verify_token(a_door.workspace_id, "staged")
    await a_door.connect("1002", verify_token="of a disconnected number", connected=False)

    assert 403 == (await a_door.shake_hands(**query))[0]
    assert (await a_door.ground.registry.callback(a_door.workspace_id)).last_verified_ms is None


async def test_workspaces_do_not_meet(a_door: Door) -> None:
    """A number of one workspace is unknown under the callback of another."""
    await a_door.connect(secret=None)
    a_door.workspace_id = await a_door.ground.registry.create_workspace()
    a_door.key = (await a_door.ground.registry.callback(a_door.workspace_id)).key

    assert 200 == await a_door.post(bodies.texts("hello"))

    (held,) = await a_door.events(1)
    assert isinstance(held, EventsHeld)
    assert a_door.workspace_id == held.workspace_id
    assert not isinstance(held.events[0], MessageEchoed)
