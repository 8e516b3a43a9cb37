# Two commands: `make play` runs the whole product here, `make test` proves it. Everything else is built from them.
PYTHON ?= python3
BIN := .venv/bin
JOBS ?= 200
SEED ?= 1
DATABASE ?= sqlite
# Test processes beside each other, each a file at a time; one may need 3 GB.
TESTERS ?= 3

.PHONY: play test check bench fuzz faults lock clean chromium format

play: .venv/.installed ## run the product with a local Slack workspace in the browser
	@$(BIN)/aigc play $(ARGS)

test: .venv/.installed-dev chromium check ## run every check and every test
	@$(BIN)/python -m pytest -n $(TESTERS) --dist loadfile --no-loadscope-reorder $(ARGS)

check: .venv/.installed-dev ## format, lint, types, dependency rules
	@$(BIN)/ruff format --check bot engine tests deploy
	@$(BIN)/ruff check bot engine tests deploy
	@$(BIN)/mypy
	@$(BIN)/lint-imports

format: .venv/.installed-dev
	@$(BIN)/ruff check --fix bot engine tests deploy; $(BIN)/ruff format bot engine tests deploy

bench: .venv/.installed-dev ## print the benchmark table
	@$(BIN)/aigc bench $(ARGS)

faults: .venv/.installed-dev ## kill the product's processes again and again: JOBS=200 SEED=1 DATABASE=sqlite JSON=
	@$(BIN)/python -m tests.faults --jobs $(JOBS) --seed $(SEED) --database $(DATABASE) $(if $(JSON),--json $(JSON))

fuzz: .venv/.installed-dev ## look for input that breaks something (Linux, macOS)
	@$(BIN)/python -m pip install --disable-pip-version-check --quiet --no-deps atheris==3.0.0
	@$(BIN)/python -m tests.fuzz $(ARGS)

chromium:
	@sh deploy/scripts/chromium.sh

lock: .venv/.installed-dev ## write the lock files from what is installed
	@$(BIN)/python deploy/scripts/lock.py

clean:
	rm -rf .venv build dist *.egg-info

.venv/.installed: requirements.lock pyproject.toml deploy/scripts/install.sh
	@sh deploy/scripts/install.sh "$(PYTHON)"

.venv/.installed-dev: .venv/.installed requirements-dev.lock
	@$(BIN)/python -m pip install --disable-pip-version-check --no-deps -r requirements-dev.lock
	@touch $@
