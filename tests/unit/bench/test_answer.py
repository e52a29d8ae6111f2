"""What the generator reads of an answer."""

import pytest

from bench.answer import Unframed, taken

ANSWER = b"HTTP/1.1 200 OK\r\nDate: today\r\ncontent-length: 2\r\n\r\nok"


def test_an_answer_is_its_code_and_its_size() -> None:
    """Whatever follows is not of it."""
    assert (200, len(ANSWER)) == taken(ANSWER + b"HTTP/1.1 503")


@pytest.mark.parametrize("length", range(len(ANSWER)))
def test_an_answer_counts_only_when_it_is_whole(length: int) -> None:
    """To its last byte."""
    assert taken(ANSWER[:length]) is None


def test_a_refusal_is_told_by_its_code() -> None:
    """And may have no body."""
    assert (503, 46) == taken(b"HTTP/1.1 503 Unavailable\r\nContent-Length:0\r\n\r\n"[:46])


def test_an_answer_without_a_length_is_refused() -> None:
    """Rather than waited for without an end."""
    with pytest.raises(Unframed):
        taken(b"HTTP/1.1 200 OK\r\n\r\n")
