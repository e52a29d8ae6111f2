# Every command of the project; `make` alone lists them.
PYTHON ?= python3
RUN := .venv/bin
export PYTHON

.DEFAULT_GOAL := help
.PHONY: help setup demo run test test-quick lint format lock clean

help: ## list the commands
	@grep -E '^[a-z][a-z0-9-]*:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | awk -F'\t' '{printf "  make %-12s %s\n", $$1, $$2}'

setup: ## make .venv with everything the other commands need
	@tools/setup runtime
	@tools/setup dev

demo: ## run the whole inbox on this machine with simulated customers: no broker, no Redis, no Meta account
	@tools/setup runtime
	@exec $(RUN)/python -m demo $(ARGS)

run: ## run the whole inbox in one process, for real; settings as in .env.example
	@tools/setup runtime
	@exec $(RUN)/python -m services

test: ## run every test, against real RabbitMQ and Redis (found, in Docker, or installed)
	@tools/setup dev
	$(RUN)/python -m pytest -n 2 --dist loadfile $(ARGS)

test-quick: ## run the unit tests alone: no servers, a few seconds
	@tools/setup dev
	$(RUN)/python -m pytest tests/unit $(ARGS)

lint: ## check style, types, layers and the words of the house
	@tools/setup dev
	$(RUN)/ruff check .
	$(RUN)/ruff format --check .
	$(RUN)/mypy
	$(RUN)/lint-imports
	$(RUN)/python tools/house.py

format: ## put the code into the form that lint asks for
	@tools/setup dev
	$(RUN)/ruff check --fix .
	$(RUN)/ruff format .

lock: ## lock the dependencies again, with hashes
	@tools/setup dev
	$(RUN)/uv pip compile pyproject.toml -q --universal --generate-hashes --no-emit-index-url --custom-compile-command "make lock" -o requirements/runtime.txt $(ARGS)
	$(RUN)/uv pip compile pyproject.toml -q --group dev --universal --generate-hashes --no-emit-index-url --custom-compile-command "make lock" -o requirements/dev.txt $(ARGS)

clean: ## remove what the commands made, but not .data
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache build
