"""What a customer's phone shows."""

from simulator import phone
from simulator.customer import Customer, Sent, Written
from simulator.number import Number

SHOP = Number("1", "2", "15550783881", "Lakeside Bakery")


def ada() -> Customer:
    """Somebody who has said one thing and been answered."""
    someone = Customer(id="ada", name="Ada", phone="4915112345678", bsuid=None)
    someone.thread("1").last_inbound_at = 100.0
    someone.thread("1").written.append(Written("in-1", text("Hi"), 100.0))
    someone.thread("1").received.append(answer("out-1", 110.0))
    return someone


def text(body: str) -> dict[str, object]:
    """Content."""
    return {"type": "text", "text": {"body": body}}


def answer(wamid: str, at: float, content: dict[str, object] | None = None) -> Sent:
    """A message of the business."""
    said = content or text("Hello")
    return Sent(wamid, "1", "ada", said, str(said["type"]), at, by_phone=True)


def shown(someone: Customer, now: float = 120.0) -> list[dict[str, object]]:
    """The bubbles."""
    bubbles: list[dict[str, object]] = phone.shown(someone, SHOP, now)["bubbles"]
    return bubbles


def test_both_sides_are_in_the_order_in_which_they_were_said() -> None:
    """Whoever said it."""
    someone = ada()
    someone.thread("1").written.append(Written("in-2", text("Thanks"), 115.0))

    assert ["in-1", "out-1", "in-2"] == [bubble["wamid"] for bubble in shown(someone)]
    assert ["customer", "business", "customer"] == [bubble["by"] for bubble in shown(someone)]


def test_what_waits_for_signal_says_so() -> None:
    """Graph has accepted it; the phone has not got it."""
    someone = ada()
    late = answer("out-2", 115.0)
    someone.thread("1").received.append(late)
    someone.thread("1").waiting.append(late)

    assert [False, True] == [bubble["is_waiting"] for bubble in shown(someone) if bubble["by"] == "business"]


def test_reactions_are_chips_and_no_bubbles() -> None:
    """The last one of each side; an empty one takes it away."""
    someone = ada()
    thread = someone.thread("1")
    for emoji in ("👍", "❤️"):
        reaction: dict[str, object] = {"type": "reaction", "reaction": {"message_id": "in-1", "emoji": emoji}}
        thread.received.append(answer(f"r-{emoji}", 111.0, reaction))
    thread.react("out-1", "😂")
    assert [["❤️"], ["😂"]] == [bubble["reactions"] for bubble in shown(someone)]

    thread.received.append(answer("r", 112.0, {"type": "reaction", "reaction": {"message_id": "in-1"}}))
    thread.react("out-1", "")
    assert [[], []] == [bubble["reactions"] for bubble in shown(someone)]


def test_a_deleted_message_says_nothing_any_more() -> None:
    """Only that it was there."""
    someone = ada()
    someone.thread("1").revoke("in-1")

    assert (True, None) == (shown(someone)[0]["is_revoked"], shown(someone)[0]["content"])


def test_the_window_is_counted_as_graph_counts_it() -> None:
    """From the customer's last message, by the simulator's clock."""
    open_still = phone.shown(ada(), SHOP, 100.0 + 86_399)["window"]
    closed = phone.shown(ada(), SHOP, 100.0 + 86_400)["window"]
    never = phone.shown(Customer(id="bo", name="Bo", phone="1", bsuid=None), SHOP, 100.0)["window"]

    assert {"last_inbound_at": 100.0, "closes_at": 86_500.0, "is_open": True} == open_still
    assert not closed["is_open"]
    assert {"last_inbound_at": None, "closes_at": None, "is_open": False} == never


def test_looking_begins_no_thread() -> None:
    """A phone that was only looked at has nothing going with anybody."""
    someone = Customer(id="bo", name="Bo", phone="1", bsuid=None)

    assert [] == shown(someone)
    assert {} == someone.threads
