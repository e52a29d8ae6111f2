"""A receipt says everything that it can say, also what is not."""

from datetime import date

import orjson

from shared.contract.erasure import Erased, Receipt


def test_a_receipt_tells_the_day_or_that_there_is_no_copy() -> None:
    """A calendar day, null where nothing is kept; counts are there also when they are zero."""
    receipt = Receipt(erased_at=1_760_000_000_000, removed=Erased(messages=2), archive_until=None, remains=["Meta"])
    told = orjson.loads(receipt.json_bytes())

    assert {"erased_at", "removed", "archive_until", "remains"} == told.keys()
    assert (2, 0, None) == (told["removed"]["messages"], told["removed"]["sends"], told["archive_until"])
    later = receipt.model_copy(update={"archive_until": date(2026, 12, 7)})
    assert "2026-12-07" == orjson.loads(later.json_bytes())["archive_until"]
