"""Ids in Meta's shapes."""

import base64

from simulator import identifiers
from simulator.chance import Chance


def test_a_wamid_embeds_the_number_as_metas_do() -> None:
    """The same bytes in the same places as in a wamid of Meta's own documentation."""
    made = identifiers.wamid("16505551234", identifiers.INBOUND, Chance(1).ids)

    record = base64.b64decode(made.removeprefix("wamid."))
    assert b"\x1c\x18\x0b16505551234\x15\x02\x00\x12\x18\x12" == record[: -18 - 1]
    assert b"\x00" == record[-1:]


def test_wamids_do_not_repeat() -> None:
    """Ten thousand messages have ten thousand ids."""
    ids = Chance(1).ids

    assert 10_000 == len({identifiers.wamid("1", identifiers.OUTBOUND, ids) for _ in range(10_000)})


def test_an_address_without_digits_can_be_embedded() -> None:
    """Customers without a phone have wamids too."""
    assert identifiers.wamid("JP.819055501050", identifiers.INBOUND, Chance(1).ids).startswith("wamid.")


def test_other_ids_have_their_shapes() -> None:
    """BSUIDs name a country, media ids are digits, traces begin with A."""
    ids = Chance(1).ids

    assert identifiers.bsuid("DE", ids).startswith("DE.")
    assert identifiers.media_id(ids).isdecimal()
    assert identifiers.trace_id(ids).startswith("A")
    assert "4915112345" == identifiers.digits("+49 (151) 123-45")
