"""Fields that are not about messages, in the shapes Meta documents."""

import pytest

from simulator import account_fields
from simulator.number import Number

NUMBER = Number("106540352242922", "102290129340398", "15550783881", "Lakeside Bakery")


@pytest.mark.parametrize("field", account_fields.FIELDS)
def test_every_field_has_a_sample_of_its_account(field: str) -> None:
    """Each sample is an object, dated in its entry, of the number's account."""
    update = account_fields.update(NUMBER, field, at=1_700_000_000.7)

    assert field == update.field
    assert "102290129340398" == update.account_id
    assert 1_700_000_000 == update.entry_time
    assert update.value


def test_only_fields_about_a_number_carry_its_metadata() -> None:
    """Preferences name the number in metadata; an account's restriction is nobody's in particular."""
    assert NUMBER.metadata() == account_fields.update(NUMBER, "user_preferences", 0).value["metadata"]
    assert "metadata" not in account_fields.update(NUMBER, "account_update", 0).value
    assert account_fields.update(NUMBER, "account_update", 0).number_id is None


def test_a_given_value_replaces_the_sample() -> None:
    """A person can send any value of any known field."""
    assert {"event": "X"} == account_fields.update(NUMBER, "account_update", 0, {"event": "X"}).value


def test_the_dashboard_test_is_about_a_number_nobody_has() -> None:
    """The Test button's ids are Meta's own and never connected."""
    update = account_fields.dashboard_test()

    assert ("0", "123456123") == (update.account_id, update.number_id)
    assert "ABGGFlA5Fpa" == update.value["messages"][0]["id"]
