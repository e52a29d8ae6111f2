"""What a person does on the first day."""

from pathlib import Path

from demo import keys
from demo.household import Household
from demo.moving_in import Desk, moved_in


async def test_the_number_is_connected_and_meta_knows_the_address(found: Household, desk: Desk) -> None:
    """Verified by a handshake."""
    number = await desk.door.ask("GET", f"/v1/numbers/{desk.number_id}")
    callbacks = await found.simulator.ask("GET", "/simulator/callbacks")

    assert "connected" == number["state"]
    assert [True] == [each["verified"] for each in callbacks["callbacks"]]


async def test_the_second_time_the_same_workspace_is_found(found: Household, desk: Desk, folder: Path) -> None:
    """With the same credentials."""
    again = await moved_in(found, folder)

    assert (desk.token, desk.door.secret, desk.number_id) == (again.token, again.door.secret, again.number_id)


async def test_credentials_that_were_revoked_are_made_anew(found: Household, desk: Desk, tmp_path: Path) -> None:
    """In a folder of their own, with a session that never was."""
    keys.keep(tmp_path, keys.Keys(session="cis_gone", token="cit_gone"))

    again = await moved_in(found, tmp_path)

    assert "cis_gone" != again.door.secret
    assert again.token == keys.read(tmp_path).token != "cit_gone"
    await moved_in(found, keys_of(desk, tmp_path))  # Meta's webhooks go to the first workspace again


def keys_of(desk: Desk, folder: Path) -> Path:
    """A folder that holds the credentials of a desk."""
    keys.keep(folder, keys.Keys(session=desk.door.secret or "", token=desk.token))
    return folder
