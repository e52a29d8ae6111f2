"""`python -m bench.click_load`: agents who send by the api, and nothing else; told and telling as the generator."""

import sys

from bench.agents import sends
from bench.generator import Generator, generate
from bench.load import Clicks


def generator(load: Clicks) -> Generator:
    """A taken click is answered 202."""
    return Generator(load, sends(load), taken=202)


if __name__ == "__main__":
    import uvloop

    uvloop.run(generate(generator(Clicks.model_validate_json(sys.stdin.readline()))))
