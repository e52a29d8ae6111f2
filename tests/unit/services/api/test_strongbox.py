"""The file of a backup: what went in comes out with the right key, and anything else is refused in one line."""

import io
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.api.strongbox import BLOCK_BYTES, Reader, Refused, Writer

OLD, NEW = b"o" * 32, b"n" * 32
SECRET = b"EAAG-the-access-token"


def sealed(lines: Sequence[bytes], *keys: bytes) -> bytes:
    """A file with these lines."""
    file = io.BytesIO()
    writer = Writer(file, keys or (NEW,))
    for line in lines:
        writer.write(line)
    writer.close()
    return file.getvalue()


def opened(content: bytes, *keys: bytes) -> list[bytes]:
    """Its lines again."""
    return list(Reader(io.BytesIO(content), keys or (NEW,)).lines())


@given(lines=st.lists(st.binary(max_size=50).filter(lambda line: b"\n" not in line), max_size=20))
def test_lines_come_back_as_they_went_in(lines: list[bytes]) -> None:
    """None, one, many, empty ones too."""
    assert lines == opened(sealed(lines))


@pytest.mark.parametrize("size", [BLOCK_BYTES - 2, BLOCK_BYTES - 1, BLOCK_BYTES, 3 * BLOCK_BYTES + 7])
def test_long_files_are_many_blocks(size: int) -> None:
    """The edges of a block are no edges of what is in it."""
    lines = [b"x" * size, b"y" * size]
    assert lines == opened(sealed(lines))


def test_it_opens_with_an_older_key_in_any_place_of_the_list() -> None:
    """Rotation does not make a backup useless while the old key is kept."""
    assert [SECRET] == opened(sealed([SECRET], OLD, NEW), NEW, OLD)


def test_nothing_of_it_is_readable() -> None:
    """Whoever finds the file finds noise."""
    assert SECRET not in sealed([SECRET] * 100)


def test_a_stranger_is_refused_with_the_name_of_the_key_alone() -> None:
    """One line that says which key is missing, and no key."""
    with pytest.raises(Refused, match=r"^the backup was made with key [0-9a-f]{8}, which INBOX_SECRET_KEYS does not"):
        opened(sealed([SECRET], OLD), NEW)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"cloud-inbox", b"\x00" * 200])
def test_another_file_is_no_backup(content: bytes) -> None:
    """Whatever it is."""
    with pytest.raises(Refused, match="this is no backup of Cloud Inbox"):
        opened(content)


def test_a_backup_of_a_later_format_says_so() -> None:
    """An older version does not guess."""
    with pytest.raises(Refused, match="another format"):
        opened(sealed([SECRET]).replace(b"backup 001", b"backup 002"))


def test_a_file_cut_anywhere_is_refused() -> None:
    """Also exactly between two blocks, where every block and every line that is left is whole."""
    content = sealed([b"z" * 1023] * 200)
    head = len(sealed([])) - 16
    cuts = [*range(head - 30, head + 40), head + BLOCK_BYTES + 16, head + 2 * (BLOCK_BYTES + 16), len(content) - 1]
    for cut in cuts:
        with pytest.raises(Refused):
            opened(content[:cut])


def test_a_changed_byte_is_refused_wherever_it_is() -> None:
    """Salt, key name, blocks, tags."""
    content = sealed([SECRET] * 3)
    for place in range(len(content)):
        changed = bytearray(content)
        changed[place] ^= 1
        with pytest.raises(Refused):
            opened(bytes(changed))


def test_blocks_that_change_places_are_refused() -> None:
    """Two whole blocks in the wrong order are not the file."""
    content = sealed([b"z" * 1000] * 200)
    head, block = len(sealed([])) - 16, BLOCK_BYTES + 16
    one, two, rest = content[head : head + block], content[head + block : head + 2 * block], content[head + 2 * block :]
    with pytest.raises(Refused):
        opened(content[:head] + two + one + rest)


def test_a_file_without_its_end_is_refused() -> None:
    """A backup that was interrupted is none."""
    file = io.BytesIO()
    Writer(file, [NEW]).write(b"z" * 3 * BLOCK_BYTES)
    with pytest.raises(Refused):
        opened(file.getvalue())
