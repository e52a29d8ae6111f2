"""What is kept of an attempt: numbers and names of calls, and nobody's words."""

from shared.attempts import Attempt, read, told
from shared.contract.errors import GraphError

PHONE = "15550004321"


def line(number: int, claimed: str, answered: str, answer: str) -> str:
    """As the sender's script writes it."""
    return f"{number} {claimed} {answered} {answer}"


def test_an_answer_is_kept_without_its_words() -> None:
    """Title, message and details may quote the customer; codes and the trace are Meta's own."""
    error = GraphError(
        code=131030, title=PHONE, message=f"{PHONE} is not allowed", details="Hello", subcode=33, fbtrace_id="AbC-1_x-"
    )

    assert "permanent 400 131030 33 AbC-1_x-" == told("permanent", 400, error)
    assert "accepted 200" == told("accepted", 200, None)


def test_what_stands_in_the_place_of_a_code_is_kept_only_if_it_can_be_one() -> None:
    """A phone is no code, no subcode and no trace; a sentence is none, and breaks no line."""
    odd = (
        GraphError(code=int(PHONE), message="", subcode=int(PHONE), fbtrace_id=PHONE),
        GraphError(code="a word\nand another", message="", fbtrace_id="two words"),
        GraphError(code=f"http_{PHONE}", message="", fbtrace_id="x" * 65),
    )

    assert ["unknown"] * 3 == [told("unknown", None, error) for error in odd]
    assert "unknown 502 http_502" == told("unknown", 502, GraphError(code="http_502", message=""))


def test_attempts_are_read_as_they_were_written() -> None:
    """One for each line; what is not there is absent."""
    lines = "\n".join((line(1, "1000", "1200", "throttled 429 130429 - AbC"), line(2, "9000", "9100", "accepted 200")))

    assert {
        1: Attempt(1, 1000, 1200, "throttled", 429, 130429, None, "AbC"),
        2: Attempt(2, 9000, 9100, "accepted", 200),
    } == read(lines)
    assert {} == read("")
    assert {1: Attempt(1, 5, 6)} == read(line(1, "5", "6", "-"))


def test_whoever_called_is_believed_before_whoever_gave_it_up() -> None:
    """A call that was taken for lost is answered all the same: it began when it was claimed."""
    lines = "\n".join((line(1, "1000", "16000", "unknown - interrupted"), line(1, "-", "17000", "accepted 200")))

    assert {1: Attempt(1, 1000, 17000, "accepted", 200)} == read(lines)
