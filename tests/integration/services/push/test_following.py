"""What one socket follows: more, fewer, again, while it is being told."""

from tests.integration.services.push.live import NUMBER, OTHER, Push, counts


async def test_subscribe_adds_and_unsubscribe_takes_away(push: Push) -> None:
    """One number after the other; the other goes on."""
    async with push.greeted() as browser:
        await browser.begin()
        await browser.send(type="subscribe", numbers={OTHER: None})
        await browser.begin(OTHER)
        await browser.send(type="unsubscribe", numbers=[NUMBER, "unknown"])
        await browser.send(type="subscribe", numbers={OTHER: None})  # answered, so the unsubscribe is in force
        await browser.begin(OTHER)
        await push.append(1)
        await push.append(2, number_id=OTHER)
        assert [2] == await browser.hear(1, OTHER)


async def test_subscribing_again_goes_back_to_the_cursor(push: Push) -> None:
    """The place is what the browser says it is."""
    cursor = await push.append(1)
    async with push.greeted() as browser:
        await browser.begin()
        await push.append(2, 3)
        assert [2, 3] == await browser.hear(2)
        await browser.send(type="subscribe", numbers={NUMBER: cursor})
        assert [2, 3] == counts(await browser.next())
        await push.append(4)
        assert [4] == await browser.hear(1)


async def test_many_changes_of_mind_end_in_one_subscription(push: Push) -> None:
    """Each change is told once, however often the number was taken up and laid down before."""
    cursor = await push.append(0)
    async with push.greeted() as browser:
        for _ in range(20):
            await browser.send(type="unsubscribe", numbers=[NUMBER])
            await browser.send(type="subscribe", numbers={NUMBER: cursor})
        await browser.send(type="subscribe", numbers={OTHER: None})
        while (await browser.next())["number_id"] != OTHER:  # answered, so all before it are in force
            pass
        await push.append(1)
        await push.append(2)
        assert [1, 2] == await browser.hear(2)
        await push.append(3)
        assert [3] == await browser.hear(1)
