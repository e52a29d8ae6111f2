"""What becomes of a number's settings."""

from pydantic import SecretStr

from services.api.credentials import (
    APP_SECRETS_MAX,
    REPLACED_MS,
    Connect,
    NumberPatch,
    connected,
    disconnected,
    fresh,
    patched,
)
from shared.contract.ids import NumberId, WorkspaceId
from shared.registry import NumberRecord

FACTS = {"verified_name": "Bakery", "display_phone_number": "+1 555", "quality_rating": "GREEN", "id": 5}


def a_number(**asked: str) -> NumberRecord:
    """Connected at the first millisecond."""
    form = {"phone_number_id": "1", "access_token": "token", "verify_token": "verify", **asked}
    return connected(fresh(WorkspaceId("w"), NumberId("1")), Connect.model_validate(form), FACTS, 1)


def with_secret(record: NumberRecord, secret: str | None, now_ms: int) -> NumberRecord:
    """Its app secret is replaced."""
    return patched(record, NumberPatch(app_secret=secret), {}, now_ms)


def secrets(record: NumberRecord) -> list[tuple[str, int | None]]:
    """The app secrets, and until when each verifies."""
    return [(held.secret.get_secret_value(), held.until_ms) for held in record.app_secrets]


def test_connecting_takes_the_form_and_what_graph_says() -> None:
    """The first credentials are version 1."""
    record = a_number(app_secret="secret")

    assert record.connected
    assert ("Bakery", "+1 555", "GREEN") == (record.verified_name, record.display_number, record.quality_rating)
    assert (SecretStr("token"), SecretStr("verify")) == (record.access_token, record.verify_token)
    assert [("secret", None)] == secrets(record)
    assert (1, 1) == (record.credential_version, record.token_checked_ms)


def test_a_display_number_of_the_form_wins_and_stays() -> None:
    """Graph's own only where nobody gave one."""
    record = a_number(display_number="Front desk")
    again = connected(record, Connect(phone_number_id="1", access_token="newer", verify_token="verify"), FACTS, 2)

    assert ("Front desk", "Front desk") == (record.display_number, again.display_number)
    assert 2 == again.credential_version


def test_facts_of_another_shape_are_left_aside() -> None:
    """Graph may leave out or change what is only shown."""
    record = connected(
        fresh(WorkspaceId("w"), NumberId("1")),
        Connect(phone_number_id="1", access_token="t", verify_token="v"),
        {"verified_name": None, "quality_rating": {"score": 1}},
        1,
    )

    assert (None, None, None) == (record.verified_name, record.quality_rating, record.display_number)


def test_an_empty_patch_changes_nothing() -> None:
    """Absent keeps."""
    record = a_number(app_secret="secret")

    assert record == patched(record, NumberPatch(), {}, 5)


def test_zero_days_of_retention_is_for_ever() -> None:
    """And a number of days is that number."""
    record = patched(a_number(), NumberPatch(retention_days=30), {}, 5)

    assert 30 == record.retention_days
    assert patched(record, NumberPatch(retention_days=0), {}, 5).retention_days is None


def test_only_a_new_access_token_is_a_new_version() -> None:
    """Even one of the same letters: whoever pastes it again has mended something at Meta."""
    record = a_number()

    assert 1 == patched(record, NumberPatch(verify_token="other", app_secret="s"), {}, 5).credential_version
    assert 2 == patched(record, NumberPatch(access_token="token"), {}, 5).credential_version


def test_a_replaced_secret_verifies_for_a_day_more() -> None:
    """Its day begins with its first replacement and is not renewed by the next."""
    record = with_secret(with_secret(a_number(app_secret="a"), "b", 1000), "c", 2000)

    assert [("c", None), ("b", 2000 + REPLACED_MS), ("a", 1000 + REPLACED_MS)] == secrets(record)
    assert [("d", None), ("c", 3000 + REPLACED_MS * 2)] == secrets(with_secret(record, "d", 3000 + REPLACED_MS))[:2]
    assert 2 == len(with_secret(record, "d", 3000 + REPLACED_MS).app_secrets)


def test_the_same_secret_again_changes_nothing() -> None:
    """Saving a form twice does not replace a secret by itself; an old one given again is the present one."""
    record = with_secret(a_number(app_secret="a"), "b", 1000)

    assert secrets(record) == secrets(with_secret(record, "b", 2000))
    assert [("a", None), ("b", 2000 + REPLACED_MS)] == secrets(with_secret(record, "a", 2000))


def test_it_is_known_since_when_the_app_secret_is_the_present_one() -> None:
    """What came before says nothing of it; the same one again does not begin anew."""
    record = with_secret(a_number(app_secret="a"), "b", 1000)

    assert 1 == a_number(app_secret="a").app_secret_set_ms
    assert a_number().app_secret_set_ms is None
    assert 1000 == with_secret(record, "b", 2000).app_secret_set_ms
    assert 2000 == with_secret(record, "a", 2000).app_secret_set_ms
    assert with_secret(record, None, 2000).app_secret_set_ms is None
    assert disconnected(record).app_secret_set_ms is None


def test_removing_the_secret_removes_the_old_ones_too() -> None:
    """Null turns verification off, at once."""
    record = with_secret(a_number(app_secret="a"), "b", 1000)

    assert [] == secrets(with_secret(record, None, 2000))


def test_secrets_are_bounded() -> None:
    """However often somebody replaces them within a day."""
    record = a_number()
    for n in range(20):
        record = with_secret(record, f"secret-{n}", n)

    assert APP_SECRETS_MAX == len(record.app_secrets)
    assert "secret-19" == secrets(record)[0][0]


def test_disconnecting_forgets_every_secret_and_no_version() -> None:
    """What comes next must be newer than what was refused before."""
    record = disconnected(a_number(app_secret="a"))

    assert not record.connected
    assert (None, None, ()) == (record.access_token, record.verify_token, record.app_secrets)
    assert 1 == record.credential_version
    assert "Bakery" == record.verified_name
