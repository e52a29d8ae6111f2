"""What the first pass of a rebuild looks for in the lines of the archive."""

from services.api.recall import recalled
from shared.contract import events
from shared.contract.commands import encode as encode_command
from tests.scenario import NUMBER, OWN, WORKSPACE
from tests.telling import asked, came, ms


def test_only_what_the_second_pass_has_to_know_is_kept() -> None:
    """Who was erased, what was asked for, what was released; a line that only quotes such a word is none of them."""
    told = {"workspace_id": WORKSPACE, "number_id": NUMBER, "received_ms": ms(1)}
    erased = events.ContactErased(**told, erasure_id="e", names=("#1",), at_ms=ms(1))
    released = events.EventsReleased(**told, digest="d")
    quoting = events.PartUnrecognised(**OWN, received_ms=ms(1), field="x", reason="?", raw={"a": "contact.erased"})
    lines = [
        *map(events.encode, (came(), erased, released, quoting)),
        encode_command(asked()),
        b"{",
        b"",
        b"contact.erased",
    ]
    found = recalled([b"\n".join(lines[:3]), b"\n".join(lines[3:])])

    assert ([erased], [asked()], ["d"]) == (found.erased, found.asked, found.released)
