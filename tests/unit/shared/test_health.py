"""Health: each dependency asked on a deadline, not too often, and remembered once it has answered."""

import asyncio

from shared.health import Health


class Dependency:
    """Something that answers, fails, or says nothing."""

    def __init__(self) -> None:
        self.asked = 0
        self.fails = False
        self.silent = False

    async def __call__(self) -> None:
        """Answer as it was set to."""
        self.asked += 1
        if self.silent:
            await asyncio.Event().wait()
        if self.fails:
            raise ConnectionError("amqp://guest:hunter2@rabbit refused")


async def test_a_process_without_dependencies_is_ready() -> None:
    """There is nothing to wait for."""
    health = Health()

    assert health.began
    assert {} == await health.problems()


async def test_it_begins_when_each_dependency_has_answered_once() -> None:
    """Not all at the same time: what answered and went away again has answered."""
    one, two = Dependency(), Dependency()
    two.fails = True
    health = Health()
    health.depends_on("one", one)
    assert {} == await health.problems()
    health.depends_on("two", two)
    assert {"two": "ConnectionError"} == await health.problems()
    assert not health.began

    health.depends_on("two", Dependency())
    one.fails = True
    assert {"one"} == (await health.problems()).keys()
    assert health.began


async def test_a_problem_is_named_without_its_words() -> None:
    """Errors of connections hold addresses and passwords."""
    broker = Dependency()
    broker.fails = True
    health = Health()
    health.depends_on("broker", broker)

    assert {"broker": "ConnectionError"} == await health.problems()


async def test_a_silent_dependency_is_a_problem_for_everybody_who_asks() -> None:
    """After a second; and whoever waited behind the first question does not ask it again."""
    silent, fine = Dependency(), Dependency()
    silent.silent = True
    health = Health()
    health.depends_on("silent", silent)
    health.depends_on("fine", fine)
    answers = await asyncio.gather(*(health.problems() for _ in range(50)))
    assert [{"silent": "no answer in 1 s"}] * 50 == answers
    assert max(silent.asked, fine.asked) < 50  # once, unless this machine needs seconds for nothing


async def test_an_answer_is_kept_for_a_second() -> None:
    """Probes are no load."""
    dependency = Dependency()
    health = Health()
    health.depends_on("one", dependency)
    for _ in range(10):
        await health.problems()

    assert dependency.asked < 10
