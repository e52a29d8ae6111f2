"""The vault: opens what it sealed, in its place, with a key it still has, and nothing else."""

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.vault import Vault, VaultError

OLD, NEW = b"o" * 32, b"n" * 32


@given(plain=st.text(), associated=st.text())
def test_what_was_sealed_opens_in_its_place(plain: str, associated: str) -> None:
    """Any text survives, and does not show in what is stored."""
    vault = Vault([NEW])
    sealed = vault.seal(plain, associated)

    assert plain == vault.open(sealed, associated)
    assert len(plain) < 8 or plain not in sealed


def test_the_same_text_is_sealed_differently_each_time() -> None:
    """Nobody can tell from the store that two numbers share a token."""
    vault = Vault([NEW])

    assert vault.seal("token", "here") != vault.seal("token", "here")


def test_a_text_moved_to_another_place_does_not_open() -> None:
    """Whoever can write to the store cannot give one number's token to another."""
    vault = Vault([NEW])

    with pytest.raises(VaultError):
        vault.open(vault.seal("token", "w1:n1:access_token"), "w1:n2:access_token")


def test_an_older_key_still_opens_and_the_newest_seals() -> None:
    """Rotation is prepending a key."""
    sealed_before = Vault([OLD]).seal("token", "here")
    rotated = Vault([NEW, OLD])

    assert "token" == rotated.open(sealed_before, "here")
    assert not rotated.sealed_with_newest(sealed_before)
    assert "token" == Vault([NEW]).open(rotated.seal("token", "here"), "here")
    assert rotated.sealed_with_newest(rotated.seal("token", "here"))


def test_a_key_that_is_gone_is_named_by_its_id_only() -> None:
    """The error tells what to put back, and nothing of what is inside."""
    sealed = Vault([OLD]).seal("the token", "here")

    with pytest.raises(VaultError, match="INBOX_SECRET_KEYS") as raised:
        Vault([NEW]).open(sealed, "here")
    assert "the token" not in str(raised.value)


def test_a_text_cut_anywhere_does_not_open() -> None:
    """Damage is an error, never other plain text."""
    vault = Vault([NEW])
    sealed = vault.seal("token", "here")

    for length in range(len(sealed)):
        with pytest.raises(VaultError):
            vault.open(sealed[:length], "here")


@given(position=st.integers(min_value=0), letter=st.sampled_from("Aa0_.-é"))
def test_a_text_with_a_changed_letter_does_not_open_as_another(position: int, letter: str) -> None:
    """Every letter counts; the few ways to write the same bytes open to the same text."""
    vault = Vault([NEW])
    sealed = vault.seal("token", "here")
    position %= len(sealed)
    changed = sealed[:position] + letter + sealed[position + 1 :]

    try:
        assert "token" == vault.open(changed, "here")
    except VaultError:
        assert changed != sealed


@pytest.mark.parametrize("keys", [[], [b"short"], [os.urandom(32), b""]])
def test_keys_of_another_length_are_refused(keys: list[bytes]) -> None:
    """A weak key is no key."""
    with pytest.raises(ValueError, match="32 bytes"):
        Vault(keys)


def test_a_fingerprint_shows_the_tail_of_a_long_secret_and_a_hash_of_a_short_one() -> None:
    """People recognise a token by its end; four letters of a short word would be most of it."""
    vault = Vault([NEW, OLD])
    short = vault.fingerprint("blue-42")

    assert "…9xYz" == vault.fingerprint("EAAG" + "k" * 100 + "9xYz")
    assert 5 == len(short)
    assert short[1:] not in "blue-42"
    assert short == Vault([OLD]).fingerprint("blue-42")
