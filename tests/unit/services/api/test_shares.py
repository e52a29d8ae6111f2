"""A batch in shares."""

from services.api.projection import identifiers_of
from services.api.shares import COUNT, LEAST, PARTS, parts, shares
from shared.contract.events import Identity
from shared.contract.status import Status
from tests.telling import accepted, asked, came, reported


def person(number: int) -> Identity:
    """One of many."""
    return Identity(user_id=f"US.{number}", wa_id=f"1555{number}")


def test_every_fact_is_in_one_share_in_its_order() -> None:
    """Nothing is left out, nothing is told twice, and what comes later stays later."""
    facts = [came(f"in{n}", person(n % 50), at=n) for n in range(10 * LEAST)]
    found = shares(facts)

    assert COUNT == len(found)
    assert facts == sorted((fact for share in found for fact in share), key=facts.index)
    assert all(share == sorted(share, key=facts.index) for share in found)


def test_one_conversation_is_in_one_share() -> None:
    """Also where one fact knows the phone, another the BSUID, and a third the message alone."""
    others = [came(f"in{n}", person(n), at=n) for n in range(10 * LEAST)]
    own = [
        came("a", Identity(wa_id="1555900")),
        asked("US.900"),
        accepted("out", who=Identity()),
        reported(Status.READ, wamid="out", who=Identity(wa_id="1555900")),
        came("b", Identity(user_id="US.900")),
    ]
    holding = [share for share in shares([*own[:3], *others, *own[3:]]) if any(fact in own for fact in share)]

    assert 1 == len(holding)
    assert own == [fact for fact in holding[0] if fact in own]


def test_shares_are_of_about_one_size() -> None:
    """As far as conversations allow."""
    sizes = [len(share) for share in shares([came(f"in{n}", person(n % 100), at=n) for n in range(10 * LEAST)])]

    assert max(sizes) - min(sizes) <= 10 * LEAST // 100


def test_few_facts_and_those_of_one_conversation_are_one_share() -> None:
    """A round trip of their own would cost more than it saves."""
    assert 1 == len(shares([came(f"in{n}", person(n)) for n in range(2 * LEAST - 1)]))
    hot = [came(f"in{n}", person(1), at=n) for n in range(5 * LEAST)]
    assert [hot] == shares(hot)
    assert {"US.1", "15551"} == set(identifiers_of(hot[0]))


def test_a_conversation_is_in_the_same_part_for_every_process() -> None:
    """Whatever else is in the batch, and in whichever order it came."""
    facts = [came(f"in{n}", person(n % 40), at=n) for n in range(10 * LEAST)]
    whole = {fact: number for number, own in parts(facts) for fact in own}
    half = {fact: number for number, own in parts(facts[::-2]) for fact in own}

    assert PARTS == len(set(whole.values()))
    assert {fact: whole[fact] for fact in half} == half
    assert facts == sorted(whole, key=facts.index)
