"""Numbers that misbehave by themselves."""

import pytest

from simulator import magic


@pytest.mark.parametrize(
    ("phone", "kind", "code"),
    [
        ("15550131047", "error", 131047),
        ("15550000190", "error", 190),
        ("15550000000", "error", 0),
        ("155502593107", "error", 2593107),
        ("15551131026", "late", 131026),
    ],
)
def test_a_number_spells_the_code_it_answers(phone: str, kind: str, code: int) -> None:
    """+1555, 0 for an error now or 1 for one later, and the code."""
    fault = magic.fault(phone, None, attempts=0)

    assert fault is not None
    assert (kind, code) == (fault.kind, fault.code)


def test_some_numbers_refuse_only_once() -> None:
    """+1555 2: the retry goes through."""
    assert magic.fault("15552130429", None, attempts=0) is not None
    assert magic.fault("15552130429", None, attempts=1) is None


@pytest.mark.parametrize(
    ("digit", "kind"), [("1", "close"), ("2", "hang"), ("3", "html"), ("4", "half"), ("5", "garbage")]
)
@pytest.mark.parametrize("accepted", [False, True])
def test_lost_answers_come_with_and_without_acceptance(digit: str, kind: str, accepted: bool) -> None:
    """+1555 3 00 K and 001 or 000."""
    fault = magic.fault(f"1555300{digit}00{int(accepted)}", None, attempts=0)

    assert fault is not None
    assert (kind, accepted) == (fault.kind, fault.accepted)


def test_slow_numbers_spell_their_milliseconds() -> None:
    """+1555 4."""
    fault = magic.fault("15554002500", None, attempts=0)

    assert fault is not None
    assert 2.5 == fault.delay_s


def test_statuses_misbehave_by_the_last_digit() -> None:
    """+1555 5: offline, receipts off, chat open, and worse."""
    assert magic.offline("15555000001")
    assert magic.never_reads("15555000002")
    assert "chat_open" == magic.habit("15555000003")
    assert "reversed" == magic.habit("15555000004")
    assert magic.habit("15555000000") is None


def test_customers_without_a_phone_can_be_magic_too() -> None:
    """The BSUID spells the code."""
    now, later = magic.fault(None, "US.CODE131026", 0), magic.fault(None, "US.LATE131049", 0)

    assert now is not None
    assert later is not None
    assert (("error", 131026), ("late", 131049)) == ((now.kind, now.code), (later.kind, later.code))


@pytest.mark.parametrize("phone", ["15557131047", "1555013104", "34600555101", "", None])
def test_ordinary_numbers_are_ordinary(phone: str | None) -> None:
    """Nothing goes wrong by accident."""
    assert not magic.is_magic(phone)
    assert magic.fault(phone, "US.13491208655302741918", 0) is None
