"""A new secret key, with no downtime: traffic flows through two rolling restarts, and the old key can go afterwards."""

import asyncio
import base64
import os
import secrets
import sys
from collections import Counter
from pathlib import Path
from random import Random

import pytest

from tests.chaos.agreement import disagreements
from tests.chaos.bustle import Bustle
from tests.chaos.ledgers import of_browser
from tests.chaos.result import say
from tests.chaos.witness import Witness
from tests.real.server import Server
from tests.system.shop import Shop, shop
from tests.system.stack import Stack, separate

OLD, NEW = (base64.urlsafe_b64encode(secrets.token_bytes(32)).decode() for _ in range(2))
SHOWN_S_MAX = 60.0
UNSEEN_MAX = 20  # the load is not what is tried here
AGENTS = 6
pytestmark = [pytest.mark.chaos, pytest.mark.timeout(600)]


async def reencrypted(stack_redis_url: str, keys: str) -> tuple[int, str]:
    """The command of an operator: exit code and all that it prints."""
    told = {"INBOX_REDIS_URL": stack_redis_url, "INBOX_AMQP_URL": "streams", "INBOX_SECRET_KEYS": keys}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "services.api", "reencrypt"),
        env={"PATH": os.environ["PATH"], **told},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    output, _ = await process.communicate()
    return process.returncode or 0, output.decode()


async def rolled(stack: Stack, keys: str) -> None:
    """One process after the other is told to stop, and started with these keys."""
    for name, part in stack.parts.items():
        part.tell(INBOX_SECRET_KEYS=keys)
        assert 0 == await part.stop(), name
        await stack.start(name)


def answers(opened: Shop) -> Counter[int | None]:
    """What ingest has answered to Meta; None is a closed door."""
    posts = opened.stack.simulator.ledger.records("delivery")
    return Counter(each["http_code"] for each in posts if each["callback"] == opened.number_id)


async def test_a_new_key_comes_and_the_old_one_goes_while_people_write(
    rabbitmq: Server, real_redis: Server, tmp_path: Path
) -> None:
    """Nothing is lost or doubled, no webhook is refused for its signature, no token taken for a wrong one."""
    async with (
        separate(rabbitmq.url, real_redis.url, tmp_path, INBOX_SECRET_KEYS=OLD) as stack,
        shop(stack) as opened,
        Witness(opened, "socket") as witness,
    ):
        bustle = Bustle(opened, witness, Random("rotation"), unseen_max=UNSEEN_MAX, agents=AGENTS)
        async with bustle.flowing():
            await rolled(stack, f"{NEW},{OLD}")
            code, output = await reencrypted(real_redis.url, f"{NEW},{OLD}")
            assert 0 == code, output
            await rolled(stack, NEW)
        assert [] == (await disagreements(opened, bustle.clicks.values(), witness))[:20]
        told = f"webhooks answered {dict(answers(opened))}, {bustle.refused} requests asked again"
        say(f"{bustle.written} messages of customers and {len(bustle.clicks)} answers, {told}")

        # While ingest restarts its door is closed, or it is not ready: nothing else may be the matter.
        assert {200, 503, None} >= answers(opened).keys()
        ends = Counter(each["status"] for each in of_browser(witness).messages if each.get("status"))
        assert not {"unknown", "failed", "queued"} & ends.keys(), ends
        logs = "".join(part.log.read_text() for part in stack.parts.values())
        assert not [line for line in logs.splitlines() if "VaultError" in line or '"status":500' in line]

        # The app secret and the token are read by processes that have never seen the old key.
        ada = opened.customer()
        await opened.hears(ada)
        await opened.until_shown(ada, await opened.posts(ada), "delivered", SHOWN_S_MAX)
        assert "unsigned" not in str(await opened.agent.ask("GET", f"{opened.path}/health"))
        assert "connected" == (await opened.agent.ask("GET", opened.path))["state"]
