"""Who exists."""

import pytest

from simulator.chance import Chance
from simulator.customer import Customer
from simulator.number import Number
from simulator.world import World, country_code, spellings

NUMBER = Number("1", "9", "15550783881", "Lakeside Bakery")


def a_world(customers_max: int = 10) -> World:
    """A world of one number."""
    world = World(Chance(1), customers_max)
    world.add_number(NUMBER)
    return world


def test_a_customer_is_found_under_every_name() -> None:
    """Id, phone with and without plus, BSUID."""
    world = a_world()
    ada = world.add_customer(Customer(id="ada", name="Ada", phone="4915112345678", bsuid="DE.1"))

    assert {id(ada)} == {id(world.customer(called)) for called in ("ada", "4915112345678", "+49 151 12345678", "DE.1")}


def test_two_people_cannot_have_one_phone() -> None:
    """The second is refused."""
    world = a_world()
    world.add_customer(Customer(id="ada", name="Ada", phone="4915112345678", bsuid=None))
    with pytest.raises(ValueError, match="someone already"):
        world.add_customer(Customer(id="bob", name="Bob", phone="4915112345678", bsuid=None))


def test_a_phone_nobody_has_makes_a_stranger() -> None:
    """Anyone with a phone may be on WhatsApp; a name nobody has is a mistake."""
    world = a_world()

    assert "4915199999999" == world.customer("+4915199999999").phone
    with pytest.raises(KeyError):
        world.customer("nobody")


def test_without_plus_graph_adds_the_business_country_code() -> None:
    """Unless it is a number that is known as it stands."""
    world = a_world()
    world.add_customer(Customer(id="ada", name="Ada", phone="4915112345678", bsuid=None))

    assert "ada" == world.dialled("4915112345678", NUMBER).id
    assert "16505551234" == world.dialled("6505551234", NUMBER).phone
    assert "6505551234" == world.dialled("+6505551234", NUMBER).phone


def test_brazilian_numbers_lose_their_ninth_digit() -> None:
    """Dialled with it, known without it, and the other way round."""
    world = a_world()
    world.add_customer(Customer(id="joao", name="João", phone="551155550108", bsuid=None))

    assert "joao" == world.dialled("+5511955550108", NUMBER).id
    assert ("551155550108", "5511955550108") == spellings("551155550108")
    assert ("525512345678", "5215512345678") == spellings("525512345678")


def test_the_oldest_customer_is_forgotten_at_the_bound() -> None:
    """Memory has an end, and what is forgotten leaves nothing behind."""
    world = a_world(customers_max=2)
    for n in range(3):
        world.customer(f"+4915100000{n}")

    assert 2 == len(world.customers)
    assert world.find("49151000000") is None


def test_magic_strangers_come_with_their_habits() -> None:
    """+1555 5 is offline, or never reads."""
    world = a_world()

    assert not world.customer("+15555000001").online
    assert not world.customer("+15555000002").reads
    assert "reversed" == world.customer("+15555000004").habit


def test_country_codes() -> None:
    """One digit for North America, two elsewhere."""
    assert ("1", "49") == (country_code("15550783881"), country_code("4915112345678"))
