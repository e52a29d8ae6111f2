"""Customers by HTTP."""

from simulator import Simulator
from tests.integration.simulator.caller import Caller
from tests.integration.simulator.listener import Listener, eventually


async def test_a_customer_can_be_made_and_driven_by_hand(caller: Caller, listener: Listener) -> None:
    """Created, writes, is answered, reacts, edits, takes back, is forgotten."""
    made = await caller.admin("POST", "/customers", {"id": "ada", "name": "Ada", "phone": "4915112345678"})
    assert 200 == made.code
    wamid = (await caller.admin("POST", "/customers/ada/write", {"text": "Hi"})).body["wamid"]
    assert (await caller.send("+4915112345678")).error is None
    for gesture, body in (("react", {"emoji": "👍"}), ("edit", {"text": "Hello"}), ("revoke", {})):
        assert 200 == (await caller.admin("POST", f"/customers/ada/{gesture}", body)).code

    await eventually(lambda: len(listener.messages) == 4)
    assert wamid == next(m for m in listener.messages if m["type"] == "text")["id"]
    assert 204 == (await caller.admin("DELETE", "/customers/ada")).code
    assert 404 == (await caller.admin("GET", "/customers/ada")).code


async def test_a_phone_in_the_path_makes_a_stranger(caller: Caller, listener: Listener) -> None:
    """Magic numbers can write first this way."""
    await caller.admin("POST", "/customers/15550131026/write", {"text": "Hi"})

    await eventually(lambda: listener.messages)
    assert 131026 == (await caller.send("+15550131026")).error


async def test_habits_and_signal_can_be_patched(sim: Simulator, caller: Caller) -> None:
    """Only what is given changes."""
    patched = await caller.admin("PATCH", "/customers/maria", {"online": False, "habit": "thrice"})

    assert (False, "thrice", True) == tuple(patched.body[k] for k in ("online", "habit", "reads"))
    assert (await caller.admin("PATCH", "/customers/maria", {"online": True})).body["online"]


async def test_a_customer_can_move(caller: Caller, listener: Listener) -> None:
    """Another phone, another BSUID; the old ones are told."""
    moved = (await caller.admin("POST", "/customers/maria/move", {"phone": "34600555999"})).body

    assert "34600555101" == moved["before"]["phone"]
    assert "34600555999" == moved["now"]["phone"]
    await eventually(lambda: listener.messages)


async def test_samples_echoes_and_old_messages_can_be_written(caller: Caller, listener: Listener) -> None:
    """With a sample's name, from the shop's phone, or as of yesterday."""
    await caller.admin("POST", "/customers/maria/write", {"sample": "voice", "hours_ago": 3})
    await caller.admin("POST", "/customers/maria/echo", {"text": "Calling you"})
    aged = await caller.admin("POST", "/customers/maria/age", {"hours": 22})

    await eventually(lambda: len(listener.changes) == 2)
    assert aged.body["threads"]
    assert 131047 == (await caller.send("+34600555101")).error


async def test_scripts_are_started_and_stopped(caller: Caller) -> None:
    """One of the cast."""
    assert ["maria"] == (await caller.admin("POST", "/customers/maria/play")).body["playing"]
    assert [] == (await caller.admin("POST", "/customers/maria/stop")).body["playing"]
    assert 12 == (await caller.admin("GET", "/customers")).body["total"]


async def test_nonsense_is_answered_in_one_line_of_json(caller: Caller) -> None:
    """Unknown people are 404, unknown fields and impossible wishes 422."""
    assert 404 == (await caller.admin("POST", "/customers/nobody/write", {"text": "Hi"})).code
    assert 404 == (await caller.admin("POST", "/customers/maria/write", {"sample": "telepathy"})).code
    assert 404 == (await caller.admin("POST", "/customers/maria/react", {})).code
    assert 422 == (await caller.admin("POST", "/customers/maria/write", {"txt": "Hi"})).code
    assert 422 == (await caller.admin("POST", "/customers/maria/write", b"{")).code
    assert 422 == (await caller.admin("POST", "/customers", {"id": "x"})).code
    assert 422 == (await caller.admin("POST", "/customers", {"id": "x", "phone": "34600555101"})).code


async def test_a_phone_shows_the_conversation_as_its_owner_sees_it(
    sim: Simulator, caller: Caller, listener: Listener
) -> None:
    """What was written, changed, read, answered and reacted to; and what the business typed on its own phone."""
    wamid = sim.write("maria", "Hola")
    receipt = {"messaging_product": "whatsapp", "status": "read", "message_id": wamid}
    await caller.call("POST", f"/{sim.settings.phone_number_id}/messages", receipt)
    sim.edit("maria", "¡Hola!")
    answer = (await caller.send("+34600555101", "Hi")).body["messages"][0]["id"]
    sim.react("maria", "❤️")
    echo = sim.echo("maria", "Calling you")
    assert await sim.settled()

    phone = (await caller.admin("GET", "/customers/maria/phone")).body
    mine, answered, typed = phone["bubbles"]
    assert (wamid, "customer", True, True) == (mine["wamid"], mine["by"], mine["is_read"], mine["is_edited"])
    assert "¡Hola!" == mine["content"]["text"]["body"]
    assert (answer, "read", ["❤️"]) == (answered["wamid"], answered["status"], answered["reactions"])
    assert (echo, "shop") == (typed["wamid"], typed["by"])
    assert phone["window"]["is_open"]
    assert 404 == (await caller.admin("GET", "/customers/maria/phone?number_id=777")).code


async def test_read_receipts_on_or_off_decide_how_far_an_answer_gets(sim: Simulator, caller: Caller) -> None:
    """Off: the phone has it, and nobody is told that it was read."""
    sim.write("maria")
    await caller.admin("PATCH", "/customers/maria", {"reads": False})
    await caller.send("+34600555101")
    assert await sim.settled()

    assert "delivered" == (await caller.admin("GET", "/customers/maria/phone")).body["bubbles"][-1]["status"]


async def test_a_new_customers_old_message_leaves_the_window_a_minute(sim: Simulator, caller: Caller) -> None:
    """As of 23 h 59 m ago, for Graph and for whoever counts from the webhook's timestamp."""
    await caller.admin("POST", "/customers", {"id": "ada", "name": "Ada", "phone": "4915112345678"})
    await caller.admin("POST", "/customers/ada/write", {"text": "Hi", "hours_ago": 24 - 1 / 60})

    window = (await caller.admin("GET", "/customers/ada/phone")).body["window"]
    assert window["is_open"]
    assert 55 < window["closes_at"] - sim.parts.clock.now() < 61
