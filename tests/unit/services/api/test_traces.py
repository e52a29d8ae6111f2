"""What tells of an erased customer is found by hashes of what is in it."""

import base64

import pytest

from services.api.traces import Traces, inside, moment_of, without, words
from shared.contract.events import EventsHeld, Identity
from shared.contract.status import Status
from tests.memory import DIGEST
from tests.scenario import OWN
from tests.telling import accepted, asked, came, identified, ms, reported

ANN = Traces(DIGEST, frozenset(map(DIGEST, ("US.100", "15550000100"))), ms(10))
BEA = Identity(wa_id="15550000200")


def test_a_fact_is_about_whom_it_names_and_from_when_it_was() -> None:
    """A message counts from when it was sent, however late it comes."""
    assert ANN.tells_of(came(at=10, arrived=99))
    assert not ANN.tells_of(came(at=11))
    assert not ANN.tells_of(came(who=BEA))
    assert ANN.tells_of(asked(at=1))
    assert ANN.tells_of(identified(BEA, Identity(wa_id="15550000100"), at=3))
    assert [ms(7), ms(3), ms(4)] == [
        moment_of(came(at=7, arrived=9)),
        moment_of(asked(at=3)),
        moment_of(reported(Status.READ, at=4)),
    ]


def test_a_message_is_known_by_its_ids_and_not_by_what_it_answers() -> None:
    """An answer to an erased message is somebody's own."""
    assert [DIGEST("in")] == ANN.hashes_of(came("in", quoting="erased"))
    assert {DIGEST("out"), DIGEST(accepted().message_id)} == set(ANN.hashes_of(accepted("out")))


@pytest.mark.parametrize(
    "raw",
    [
        b"15550000100",
        b'{"from": "15550000100"}',
        b"call +15550000100, please",
        b'{"user_id":"US.100"}',
        b"wamid." + base64.b64encode(b"\x1c\x18\x0b15550000100\x15\x02"),
    ],
)
def test_a_name_is_found_in_what_nobody_could_read(raw: bytes) -> None:
    """As it stands, and inside a wamid."""
    assert ANN.mentions(raw)
    assert not Traces(DIGEST, frozenset({DIGEST("15550000200")}), ms(10)).mentions(raw)


def test_a_text_without_words_has_none() -> None:
    """Nor does what only looks like a wamid."""
    assert [] == list(words(b"\x00\xff {}"))
    assert [] == inside("wamid.???")


def test_a_held_body_keeps_what_is_others() -> None:
    """Without its raw form, which has everything in it."""
    held = EventsHeld(**OWN, received_ms=ms(1), body="all of it", header="sha256=x", events=[came("a"), came("b", BEA)])
    rest = without(held, ANN, set())

    assert rest is not None
    assert ("", None, ["b"]) == (rest.body, rest.header, [getattr(event, "wamid", "") for event in rest.events])
    assert None is without(held, ANN, {DIGEST("b")})
