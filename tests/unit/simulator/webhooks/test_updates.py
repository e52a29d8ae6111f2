"""Values in Meta's shapes."""

from simulator.customer import Customer, Sent
from simulator.number import Number
from simulator.webhooks import updates

NUMBER = Number("1", "9", "15550783881", "Lakeside Bakery")
ADA = Customer(id="ada", name="Ada", phone="4915112345678", bsuid="DE.1")
YUKI = Customer(id="yuki", name="Yuki", phone=None, bsuid="JP.1", username="yuki")
TO_ADA = Sent("wamid.a", "1", "ada", {}, "text", 0.0, by_phone=True, callback_token="click-1")
TO_YUKI = Sent("wamid.b", "1", "yuki", {}, "text", 0.0, by_phone=False)


def test_a_message_comes_with_its_contact() -> None:
    """Metadata, contacts and messages."""
    value = updates.message(NUMBER, ADA, {"id": "wamid.x", "type": "text"}).value

    assert {"messaging_product", "metadata", "contacts", "messages"} == set(value)
    assert {"from": "4915112345678", "from_user_id": "DE.1"} == updates.sender(ADA)


def test_a_username_customer_has_no_from() -> None:
    """The BSUID is all there is."""
    assert {"from_user_id": "JP.1"} == updates.sender(YUKI)


def test_system_messages_have_no_contacts() -> None:
    """As documented."""
    assert "contacts" not in updates.message(NUMBER, ADA, {"type": "system"}).value


def test_standby_wraps_what_is_said_to_someone_else() -> None:
    """Under a key of its own."""
    update = updates.message(NUMBER, ADA, {"type": "text"}, field="standby")

    assert "standby" == update.field
    assert {"contacts", "messages"} == set(update.value["standby"])


def test_a_sent_status_carries_token_pricing_and_both_recipients() -> None:
    """And the contact at the value."""
    value = updates.status(NUMBER, ADA, TO_ADA, "sent", 12.9).value
    [status] = value["statuses"]

    assert "click-1" == status["biz_opaque_callback_data"]
    assert ("4915112345678", "DE.1") == (status["recipient_id"], status["recipient_user_id"])
    assert "service" == status["pricing"]["category"]
    assert "12" == status["timestamp"]
    assert value["contacts"]


def test_a_failed_status_has_errors_and_neither_contacts_nor_a_bsuid() -> None:
    """The BSUID is left out when it was sent to a phone."""
    value = updates.status(NUMBER, ADA, TO_ADA, "failed", 0, 131026).value
    [status] = value["statuses"]

    assert 131026 == status["errors"][0]["code"]
    assert "recipient_user_id" not in status
    assert "contacts" not in value
    assert "recipient_user_id" in updates.status(NUMBER, YUKI, TO_YUKI, "failed", 0).value["statuses"][0]


def test_only_sent_is_priced() -> None:
    """Once per message."""
    assert "pricing" not in updates.status(NUMBER, ADA, TO_ADA, "read", 0).value["statuses"][0]


def test_a_status_for_a_username_customer_has_no_phone() -> None:
    """recipient_id is absent, not empty."""
    assert "recipient_id" not in updates.status(NUMBER, YUKI, TO_YUKI, "delivered", 0).value["statuses"][0]


def test_an_echo_is_from_us_to_them() -> None:
    """From the display number, to phone and BSUID."""
    [echo] = updates.echo(NUMBER, ADA, {"id": "wamid.e"}).value["message_echoes"]

    assert ("15550783881", "4915112345678", "DE.1") == (echo["from"], echo["to"], echo["to_user_id"])


def test_templates_are_billed_and_services_are_in_the_free_tier() -> None:
    """As the status page reads since October 2026."""
    assert ("utility", "regular") == (updates.pricing("template")["category"], updates.pricing("template")["type"])
    assert "free_customer_service" == updates.pricing("text")["type"]


def test_errors_and_identity_changes_have_values_of_their_own() -> None:
    """Nothing but errors; or the previous and the current BSUID."""
    assert [131000] == [e["code"] for e in updates.errors(NUMBER, 131000).value["errors"]]
    change = updates.user_id_update(NUMBER, ADA, "DE.0", 5).value["user_id_update"][0]
    assert {"previous": "DE.0", "current": "DE.1"} == change["user_id"]
