"""How a number is doing, joined over its events and shown with its settings."""

from typing import Any

from pydantic import SecretStr

from services.api import numberstate
from services.api.gaps import Missing
from services.api.habit import HOUR_MS
from services.api.numberstate import MINUTE_MS, NumberStatus
from shared.contract import chat, events
from shared.contract.errors import GraphError
from shared.number_record import AppSecret, NumberRecord
from tests.scenario import NUMBER, OWN, WORKSPACE
from tests.telling import accepted, came, failed, uncertain

NOON = 29_333_333 * MINUTE_MS
EXPIRED = GraphError(code=190, message="Access token has expired")
RECORD = NumberRecord(workspace_id=WORKSPACE, number_id=NUMBER, connected=True, credential_version=3)


def refused(version: int, at_ms: int = NOON) -> events.NumberRefused:
    """Graph has refused the number's credentials."""
    return events.NumberRefused(**OWN, received_ms=at_ms, credential_version=version, error=EXPIRED, at_ms=at_ms)


def seen(record: NumberRecord, status: NumberStatus) -> chat.Number:
    """As people see it."""
    return numberstate.view(record, status, lambda secret: f"…{secret[-4:]}")


def test_the_last_webhook_moves_by_whole_minutes_and_forward() -> None:
    """So that it is not a change with every message."""
    status = NumberStatus()
    moved = []
    for received_ms in (NOON + 1, NOON, NOON + 59_999, NOON + MINUTE_MS + 5, NOON - 1):
        before = status
        status = numberstate.join(status, came().model_copy(update={"received_ms": received_ms}))
        moved.append(status != before)

    assert [True, False, False, True, False] == moved
    assert NOON + MINUTE_MS == status.last_webhook_ms


def test_what_the_sender_says_is_no_webhook() -> None:
    """Nor is a change of settings."""
    changed = events.NumberChanged(**OWN, received_ms=NOON)
    for fact in (accepted(), failed(), uncertain(), changed, refused(1)):
        assert numberstate.join(NumberStatus(), fact).last_webhook_ms is None


def test_a_token_is_refused_only_while_it_is_the_present_one() -> None:
    """New credentials are not to blame for old ones, in whichever order one hears of them."""
    states = {}
    for version in (2, 3):
        status = numberstate.join(NumberStatus(), refused(version))
        states[version] = seen(RECORD, status)

    assert ("connected", None) == (states[2].state, states[2].error)
    assert "token_refused" == states[3].state
    assert states[3].error is not None
    assert (190, True) == (states[3].error.code, bool(states[3].error.explanation))


def test_the_newest_refusal_stays() -> None:
    """An older one that arrives late changes nothing, a repeat neither."""
    status = numberstate.join(NumberStatus(), refused(3, NOON))

    assert status == numberstate.join(status, refused(2, NOON + 5))
    assert status == numberstate.join(status, refused(3, NOON))
    assert NOON + 1 == numberstate.join(status, refused(3, NOON + 1)).refused_ms


def test_a_number_that_is_not_connected_is_disconnected() -> None:
    """Whatever was refused before."""
    status = numberstate.join(NumberStatus(), refused(3))
    number = seen(RECORD.model_copy(update={"connected": False}), status)
    assert ("disconnected", None) == (number.state, number.error)


def test_a_number_that_is_switched_off_stays_connected() -> None:
    """Its credentials are here: it can be switched on again, and needs no connecting."""
    number = seen(RECORD.model_copy(update={"enabled": False}), NumberStatus())
    assert ("connected", False) == (number.state, number.enabled)


def test_secrets_are_shown_as_fingerprints() -> None:
    """Never the secret; a replaced app secret is none any more."""
    secrets: dict[str, Any] = {
        "access_token": SecretStr("EAAtoken1234"),
        "verify_token": SecretStr("verify5678"),
        "app_secrets": (AppSecret(secret=SecretStr("replaced9999"), until_ms=1),),
    }
    number = seen(RECORD.model_copy(update=secrets), NumberStatus())

    assert ("…1234", "…5678") == (number.access_token.fingerprint, number.verify_token.fingerprint)
    assert chat.Secret(set=False) == number.app_secret
    assert b"EAAtoken" not in number.json_bytes()


def habitual() -> NumberStatus:
    """A number with a webhook in each hour of four weeks, the last at NOON."""
    status = NumberStatus()
    for hour in range(4 * 7 * 24):
        status = numberstate.join(status, came().model_copy(update={"received_ms": NOON - hour * HOUR_MS}))
    return status


def test_a_silence_is_shown_from_its_last_webhook_and_ends_with_the_next() -> None:
    """At once, without waiting for the next look; a webhook that is only late ends nothing."""
    status = numberstate.looked(habitual(), Missing(), NOON + 24 * HOUR_MS)
    late = numberstate.join(status, came().model_copy(update={"received_ms": NOON - 5}))
    ended = numberstate.join(status, came().model_copy(update={"received_ms": NOON + 24 * HOUR_MS}))

    assert [chat.Gaps(silent_since=NOON)] * 2 == [seen(RECORD, status).gaps, seen(RECORD, late).gaps]
    assert None is seen(RECORD, ended).gaps
    assert status == numberstate.looked(status, Missing(), NOON + 25 * HOUR_MS)


def test_a_number_that_takes_no_events_is_not_silent() -> None:
    """Switched off or disconnected, nothing is expected of it."""
    status = numberstate.looked(habitual(), Missing(), NOON + 24 * HOUR_MS)
    for off in ({"enabled": False}, {"connected": False}):
        assert None is seen(RECORD.model_copy(update=off), status).gaps


def test_what_is_missing_is_shown_as_it_was_found() -> None:
    """Ours and another app's apart; the time moves by whole minutes."""
    missing = Missing(ours=1, elsewhere=2, named=3, quoted=4, latest_ms=NOON + 7)
    gaps = seen(RECORD, numberstate.looked(NumberStatus(), missing, NOON)).gaps

    expected = {"unknown_statuses": 1, "elsewhere_statuses": 2, "unseen_targets": 3, "unseen_quotes": 4}
    assert gaps is not None
    assert {**expected, "latest_at": NOON, "silent_since": None} == dict(gaps)
    assert None is seen(RECORD, numberstate.looked(NumberStatus(), Missing(), NOON)).gaps


def test_the_habit_is_the_same_in_any_order() -> None:
    """Parked webhooks come after newer ones."""
    facts = [came().model_copy(update={"received_ms": NOON + hour * HOUR_MS}) for hour in (0, 200, 30, 200)]
    found = []
    for order in (facts, facts[::-1]):
        status = NumberStatus()
        for fact in order:
            status = numberstate.join(status, fact)
        found.append(status)

    assert found[0] == found[1]
