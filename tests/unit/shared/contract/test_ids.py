"""Names that keep apart what must not meet."""

from shared.contract.ids import NumberId, WorkspaceId, tag


def test_a_number_has_another_tag_in_another_workspace() -> None:
    """Workspaces cannot meet in a key, and all keys of a number share one slot of a cluster."""
    first, second = tag(WorkspaceId("w1"), NumberId("7")), tag(WorkspaceId("w2"), NumberId("7"))

    assert "{w1:7}" == first
    assert first != second
