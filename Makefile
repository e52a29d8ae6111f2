# Every command of the project; `make` alone lists them.
PYTHON ?= python3
RUN := .venv/bin
NPM := PATH="$(CURDIR)/.venv/bin:$$PATH" npm --prefix web --silent
export PYTHON

.DEFAULT_GOAL := help
.PHONY: help setup web extension demo run up down logs ps preflight upgrade rollback test test-stack k8s k8s-run fuzz test-quick test-web test-browser chaos bench bench-quick bench-report profile lint format lock clean

help: ## list the commands
	@grep -E '^[a-z][a-z0-9-]*:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | awk -F'\t' '{printf "  make %-12s %s\n", $$1, $$2}'

setup: ## make .venv with everything the other commands need, and build the page
	@tools/setup runtime dev web
	@$(RUN)/python tools/web.py page

web: ## build the page that the api serves
	@tools/setup runtime web
	@$(RUN)/python tools/web.py page

extension: ## build the browser extension, a zip for Chromium and one for Firefox
	@tools/setup runtime web
	@$(RUN)/python tools/web.py extension
	@ls -1 web/dist/extension/*.zip

demo: web ## run the whole inbox on this machine with simulated customers: no broker, no Redis, no Meta account
	@exec $(RUN)/python -m demo $(ARGS)

run: web ## run the whole inbox in one process, for real; settings as in .env.example
	@exec $(RUN)/python -m services

up: ## start the stack of docker-compose.yml and wait until it is ready: DEMO=1, MONITORING=1, SCALE="api=2 push=2"
	@$(PYTHON) -m tools.stack up $(if $(DEMO),--demo) $(if $(MONITORING),--monitoring) $(if $(SCALE),--scale "$(SCALE)")

down: ## stop the stack; what is stored stays, unless FORGET=1
	@$(PYTHON) -m tools.stack down $(if $(FORGET),--forget)

logs: ## follow what the stack says: SERVICE=api for one
	@docker compose --profile demo --profile monitoring logs --follow --tail 100 $(SERVICE)

ps: ## show the containers of the stack
	@docker compose --profile demo --profile monitoring ps

preflight: ## check what can be known before the stack is replaced
	@$(PYTHON) -m tools.stack check

upgrade: ## check, back up the settings, and replace the stack by the tree as it is now, process by process
	@$(PYTHON) -m tools.stack upgrade

rollback: ## go back to what ran before the last upgrade
	@$(PYTHON) -m tools.stack rollback

test: setup ## run every test, against real RabbitMQ and Redis (found, in Docker, or installed) and in a real browser
	$(RUN)/python -m pytest -n 2 --dist loadfile --reruns 1 --max-suite-reruns 5 --rerun-exclude-path tests/unit --rerun-show-tracebacks $(ARGS)
	@$(MAKE) --no-print-directory test-web test-browser

FUZZ_S ?= 300
fuzz: setup ## look for requests that break a door: FUZZ_S seconds at each, elsewhere each time
	INBOX_TEST_FUZZ_S=$(FUZZ_S) $(RUN)/python -m pytest --hypothesis-profile=explore --timeout=0 -n 2 \
		tests/integration/security/test_fuzz.py tests/system/test_openapi.py tests/unit/services/ingest $(ARGS)

test-quick: ## run the unit tests alone: no servers, a few seconds
	@tools/setup dev
	$(RUN)/python -m pytest tests/unit $(ARGS)

test-web: ## run the tests of the page and the extension: no browser, a few seconds
	@tools/setup runtime web
	@$(RUN)/python tools/web.py
	$(NPM) test

test-browser: extension web ## run the page and the extension in Chromium, against the real services and the simulator
	INBOX_TEST_CHROMIUM=$$(tools/chromium) && export INBOX_TEST_CHROMIUM && $(NPM) run e2e

test-stack: ## start the stack of docker-compose.yml under a name of its own, and kill, scale, upgrade it: minutes, needs Docker
	@tools/setup runtime dev
	$(RUN)/python -m pytest -m stack tests/stack $(ARGS)

k8s: ## render every overlay of deploy/k8s, and hold it to the schemas of Kubernetes and to the rules of the house
	@tools/setup dev
	@$(RUN)/python -m tools.manifests

k8s-run: ## run the pods of the rendered overlays/local by podman, and talk through them: two minutes, needs Docker for the image
	@command -v podman >/dev/null || { echo "podman is missing: https://podman.io/docs/installation"; exit 1; }
	@tools/setup runtime dev
	docker build --quiet --network host --tag cloud-inbox:local .
	docker build --quiet --network host --target demo --tag cloud-inbox-demo:local .
	$(RUN)/python -m pytest -m stack tests/stack/test_pods.py $(ARGS)

# 5 is what pytest says when there is none.
chaos: ## let one thing after another go wrong, and count what was lost or doubled: SEED=n; SEEDS=20 for many short runs
	@tools/setup runtime dev
	@tools/faulty
	$(RUN)/python -m tests.chaos $(if $(SEED),--seed $(SEED)) $(if $(SEEDS),--seeds $(SEEDS)) $(ARGS)
	$(if $(SEEDS),,$(RUN)/python -m pytest -m chaos || [ $$? = 5 ])

bench: ## measure each stage against what others would use, within the hour: STAGE=g1 one of them (docs/performance.md)
	@tools/setup runtime dev web
	$(RUN)/python -m bench $(STAGE) $(ARGS)

bench-quick: ## run a little of every stage of the benchmarks: each runs, and its ledger is clean; no figures
	@tools/setup runtime dev web
	$(RUN)/python -m bench --quick $(STAGE)

profile: ## tell where the time of our own processes goes in a stage: STAGE=g1; flame graphs and tables in bench/results/profile
	@tools/setup runtime dev web
	$(RUN)/python -m bench --profile $(STAGE) $(ARGS)

bench-report: ## write the tables and pictures of docs/performance.md and docs/scaling.md from the last results
	@tools/setup runtime dev
	$(RUN)/python -m bench.report
	$(RUN)/python -m tools.sizing --write

lint: setup ## check style, types, layers and the words of the house
	$(RUN)/ruff check .
	$(RUN)/ruff format --check .
	$(RUN)/mypy
	$(RUN)/lint-imports
	$(RUN)/python tools/house.py
	$(RUN)/python -m tools.leaks
	$(NPM) run types
	$(NPM) run lint

format: ## put the code into the form that lint asks for
	@tools/setup runtime dev web
	$(RUN)/ruff check --fix .
	$(RUN)/ruff format .
	@$(RUN)/python tools/web.py
	$(NPM) run format

lock: ## lock the dependencies again, with hashes
	@tools/setup dev
	$(RUN)/uv pip compile pyproject.toml -q --universal --generate-hashes --no-emit-index-url --custom-compile-command "make lock" -o requirements/runtime.txt $(ARGS)
	$(RUN)/uv pip compile pyproject.toml --extra tracing -c requirements/runtime.txt -q --universal --generate-hashes --no-emit-index-url --custom-compile-command "make lock" -o requirements/tracing.txt $(ARGS)
	$(RUN)/uv pip compile pyproject.toml -q --extra tracing --group dev --universal --generate-hashes --no-emit-index-url --custom-compile-command "make lock" -o requirements/dev.txt $(ARGS)
	$(RUN)/uv pip compile -q --group web --universal --generate-hashes --no-emit-index-url --custom-compile-command "make lock" -o requirements/web.txt $(ARGS)

clean: ## remove what the commands made, but not .data
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache build web/node_modules web/dist
