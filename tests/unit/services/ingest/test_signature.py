"""What a signature proves, and what it means for each number in a body."""

import pytest
from pydantic import SecretStr

from services.ingest import signature
from services.ingest.payload import NO_NUMBER
from services.ingest.signature import Admission
from shared.contract.ids import NumberId, WorkspaceId
from shared.number_record import AppSecret, NumberRecord
from shared.signature import Proof
from tests.payloads import bodies

NOW_MS = 1_785_000_000_000
BODY = bodies.texts("hello")
A, B, C = NumberId("1001"), NumberId("1002"), NumberId("1003")


def record(number_id: NumberId, *secrets: str, connected: bool = True, enabled: bool = True) -> NumberRecord:
    """A number whose app secret is the first of these; the others were replaced and verify until NOW_MS."""
    held = [AppSecret(secret=SecretStr(s), until_ms=NOW_MS if i else None) for i, s in enumerate(secrets)]
    return NumberRecord(
        workspace_id=WorkspaceId("w"),
        number_id=number_id,
        connected=connected,
        enabled=enabled,
        app_secrets=tuple(held),
    )


def admit(
    header: str | None, numbers: list[NumberId], *records: NumberRecord, now_ms: int = NOW_MS
) -> Admission | None:
    """The decision for a body that names these numbers, in a workspace with these records."""
    by_id = {r.number_id: r for r in records if r.number_id in numbers}
    return signature.admit(Proof(BODY, header), numbers, by_id, records, now_ms)


def test_a_number_whose_secret_signed_is_verified() -> None:
    """The ordinary case."""
    assert Admission({A: "verified"}, frozenset()) == admit(bodies.signed(BODY, "s"), [A], record(A, "s"))


@pytest.mark.parametrize("header", [None, "sha256=nonsense", bodies.signed(BODY, "other")])
def test_one_number_with_another_secret_refuses_the_whole_body(header: str | None) -> None:
    """Whoever forged one part forged the body, also the parts of numbers without a secret."""
    assert admit(header, [B, A], record(A, "s"), record(B)) is None
    assert admit(header, [A], record(A, "s", connected=False)) is None
    assert admit(header, [A], record(A, "s", enabled=False)) is None


def test_two_numbers_of_different_apps_cannot_share_a_body() -> None:
    """A body has one signature, and each secret must have made it."""
    assert admit(bodies.signed(BODY, "s"), [A, B], record(A, "s"), record(B, "t")) is None


def test_a_replaced_secret_verifies_until_its_time() -> None:
    """Meta may sign with the old one for a while after it was replaced here."""
    header = bodies.signed(BODY, "old")

    assert admit(header, [A], record(A, "new", "old"), now_ms=NOW_MS - 1) is not None
    assert admit(header, [A], record(A, "new", "old"), now_ms=NOW_MS) is None


def test_a_number_without_a_secret_is_unsigned() -> None:
    """It is taken, and says so, whatever else the body holds."""
    expected = Admission({A: "unsigned", B: "verified"}, frozenset())

    assert expected == admit(bodies.signed(BODY, "s"), [A, B], record(A), record(B, "s"))


def test_a_number_that_is_not_connected_is_held_unchecked() -> None:
    """Unknown, disconnected or switched off: kept until somebody can check it."""
    expected = Admission({A: "unchecked"}, frozenset({A}))

    assert expected == admit(None, [A])
    assert expected == admit(None, [A], record(A, connected=False))
    assert expected == admit(None, [A], record(A, enabled=False))


def test_a_number_switched_off_with_its_secret_is_held_verified() -> None:
    """What is known now need not be found out again."""
    expected = Admission({A: "verified"}, frozenset({A}))

    assert expected == admit(bodies.signed(BODY, "s"), [A], record(A, "s", enabled=False))


def test_a_part_without_a_number_needs_some_secret_of_the_workspace() -> None:
    """Account fields name no number: any secret will do, none will not."""
    assert admit(None, [NO_NUMBER], record(A, "s"), record(B)) is None
    assert admit(bodies.signed(BODY, "x"), [NO_NUMBER], record(A, "s"), record(B, "t")) is None
    assert Admission({NO_NUMBER: "verified"}, frozenset()) == admit(
        bodies.signed(BODY, "t"), [NO_NUMBER], record(A, "s"), record(B, "t")
    )
    assert Admission({NO_NUMBER: "unsigned"}, frozenset()) == admit(None, [NO_NUMBER], record(A))


def test_an_unknown_number_opens_no_door_for_account_fields() -> None:
    """Beside a number that needs no secret, a part without a number still needs one."""
    assert admit(None, [A, NO_NUMBER], record(B, "s")) is None


def test_a_body_is_evidence_of_each_number_s_secret() -> None:
    """Admitted or not; who has no secret has nothing to check, and who is not connected is only held."""
    records = {
        A: record(A, "s", "old").model_copy(update={"app_secret_set_ms": 5}),
        B: record(B),
        C: record(C, connected=False),
    }

    def kinds(header: str | None, now_ms: int = NOW_MS - 1) -> list[str]:
        found = signature.evidence(Proof(BODY, header), records, now_ms)
        assert [5, 0, 0] == [seen.secret_ms for seen in found.values()]
        return [seen.kind for seen in found.values()]

    assert ["verified", "unsigned", "unchecked"] == kinds(bodies.signed(BODY, "s"))
    assert ["superseded", "unsigned", "unchecked"] == kinds(bodies.signed(BODY, "old"))
    assert ["mismatch", "unsigned", "unchecked"] == kinds(bodies.signed(BODY, "old"), NOW_MS)
    assert ["mismatch", "unsigned", "unchecked"] == kinds(bodies.signed(BODY, "other"))
    assert ["missing", "unsigned", "unchecked"] == kinds(None)
    assert ["missing", "unsigned", "unchecked"] == kinds("sha256=nonsense")


SECRETS: tuple[tuple[str, ...], ...] = ((), ("s",), ("t", "s"), ("t",))


@pytest.mark.parametrize("secrets", SECRETS)
@pytest.mark.parametrize("connected", [True, False])
@pytest.mark.parametrize("header", [None, "sha256=nonsense", bodies.signed(BODY, "s")])
@pytest.mark.parametrize("numbers", [[A], [A, B], [NO_NUMBER], [B]])
def test_the_usual_is_what_the_general_rule_says(
    secrets: tuple[str, ...], header: str | None, numbers: list[NumberId], *, connected: bool
) -> None:
    """A short cut may be silent, never of another opinion."""
    records = {A: record(A, *secrets, connected=connected)}
    named = {number_id: each for number_id, each in records.items() if number_id in numbers}
    proof = Proof(BODY, header)
    said = signature.usual(proof, numbers, named, NOW_MS)
    general = signature.admit(proof, numbers, named, records.values(), NOW_MS)

    is_usual = numbers == [A] and connected and secrets == ("s",) and header == bodies.signed(BODY, "s")
    assert is_usual == (said is not None)
    if said is not None:
        assert (general, signature.evidence(proof, named, NOW_MS)) == said
