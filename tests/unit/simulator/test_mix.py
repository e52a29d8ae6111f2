"""Bodies full of everything."""

import pytest

from simulator import mix, samples
from simulator.chance import Chance
from simulator.customer import Customer
from simulator.number import Number

NUMBER = Number("1", "9", "15550783881", "Lakeside Bakery")
PEOPLE = [Customer(id=str(n), name=f"C{n}", phone=f"4479{n:08d}", bsuid=f"GB.{n}") for n in range(5)]


def a_mix(count: int, malformed: int = 0) -> mix.Mix:
    """A mix of the same luck every time."""
    return mix.mixed(count, [NUMBER], PEOPLE, 1_700_000_000.0, Chance(3), lambda *_: ("1", "http://x"), malformed)


def test_a_thousand_updates_hold_every_kind_of_message_status_and_field() -> None:
    """Nothing Meta can send is missing."""
    found = a_mix(1_000)

    types = {m["type"] for u in found.updates for m in u.value.get("messages", ())}
    assert {samples.content(n, lambda *_: ("1", "u"))["type"] for n in samples.names()} == types
    assert set(mix.STATES) == {state for _, state in found.statuses}
    assert len({u.field for u in found.updates}) > 20
    assert found.echoes
    assert found.standby
    assert 1_000 == len(found.updates)


def test_malformed_ones_are_in_the_middle_and_counted() -> None:
    """They have neighbours on both sides, and are not among the wamids."""
    found = a_mix(100, malformed=1)

    assert 1 == found.malformed
    assert "I have no id" == found.updates[50].value["messages"][0]["text"]["body"]
    assert 3 == a_mix(100, malformed=3).malformed


def test_reactions_edits_and_revokes_are_not_promised_as_messages() -> None:
    """The list of wamids is what an inbox must show as rows."""
    found = a_mix(300)
    changing = {
        m["id"]
        for u in found.updates
        for m in u.value.get("messages", ())
        if m["type"] in {"reaction", "edit", "revoke"}
    }

    assert changing
    assert not changing & set(found.wamids)
    assert len(found.wamids) == len(set(found.wamids))


def test_nobody_in_a_mix_changes_to_the_number_of_another() -> None:
    """An inbox would rightly take them for one person, and all that it shows for the mix would be one conversation."""
    systems = (m.get("system", {}) for u in a_mix(1_000).updates for m in u.value.get("messages", ()))
    taken = [system["wa_id"] for system in systems if "wa_id" in system]

    assert len(taken) > 5
    assert len(taken) == len(set(taken))


def test_a_mix_is_bounded() -> None:
    """No body of a million."""
    with pytest.raises(ValueError, match="updates"):
        a_mix(mix.COUNT_MAX + 1)
