"""The command line of the api process."""

import asyncio
import base64
import os
import secrets
import sys

import orjson
import pytest

from tests.real.inbox import inbox


async def run(*arguments: str, **settings: str) -> tuple[int, str, str]:
    """`python -m services.api` with these arguments and settings: exit code, standard output, standard error."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "services.api",
        *arguments,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env={"PATH": os.environ["PATH"], **settings},
    )
    async with asyncio.timeout(30):
        out, errors = await process.communicate()
    return process.returncode or 0, out.decode(), errors.decode()


async def test_an_operator_lets_someone_back_in(redis_url: str) -> None:
    """`invite --workspace` prints an invite that joins the workspace; an unknown workspace is an error."""
    key = base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()
    told = {"INBOX_REDIS_URL": redis_url, "INBOX_AMQP_URL": "streams", "INBOX_SECRET_KEYS": key}
    async with inbox(redis_url, secret_keys=key) as api:
        agent = await api.agent()

        code, out, _ = await run("invite", "--workspace", agent.workspace_id, **told)
        back = await api.agent("Back", invite=out.strip())
        unknown = await run("invite", "--workspace", "w-unknown", **told)

    assert 0 == code
    assert agent.workspace_id == back.workspace_id
    assert (1, "", "cloud-inbox: there is no such workspace\n") == unknown


@pytest.mark.parametrize("arguments", [(), ("invite", "--workspace", "w")])
async def test_a_missing_setting_is_named_in_one_line(arguments: tuple[str, ...]) -> None:
    """No trace, no secret."""
    code, out, errors = await run(*arguments)

    assert code != 0
    assert "" == out
    assert "INBOX_SECRET_KEYS" in errors
    assert 1 == len(errors.strip().splitlines())


async def test_the_description_is_printed_without_anything_running() -> None:
    """`openapi`, for whoever builds a program on it."""
    code, out, _ = await run("openapi")

    assert 0 == code
    assert "/v1/sessions" in orjson.loads(out)["paths"]
