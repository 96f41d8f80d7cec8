# Every target sets up what it needs inside this folder first: on a machine with Python 3.11 and make, `make sandbox` is
# enough to play with Tocsin, and `make test` to check it.

PYTHON ?= $(shell command -v python3.11 || command -v python3 || command -v python)
BIN := .venv/bin
READY := .venv/ready
CODE := $(wildcard app.py) bot tests

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help sandbox demo test compiled faults bench check lint format lock clean

help:
	@echo "make sandbox   a local Slack in the browser, with the bot and a sample company"
	@echo "make demo      the same, and an incident that plays by itself"
	@echo "make test      every check and every test"
	@echo "make faults    every fault in full size, and the table of docs/reliability.md made of what that shows"
	@echo "make bench     the benchmarks; writes docs/performance.md's tables: figures beside their targets"
	@echo "make check     the linters, the type checker and the rules of the architecture, without the other tests"
	@echo "make lint      the linters and the type checker alone"
	@echo "make format    the code, formatted"
	@echo "make lock      requirements.lock, made anew from pyproject.toml"
	@echo "make clean     removes what the targets above have set up"

sandbox: $(READY)
	@exec $(BIN)/python app.py sandbox $(ARGS)

demo: $(READY)
	@exec $(BIN)/python app.py sandbox --demo $(ARGS)

# What Python has compiled is kept: the tests start many processes. More workers than processors: much of a story is waiting.
test:
	@$(MAKE) --no-print-directory --jobs=2 lint compiled
	env -u PYTHONDONTWRITEBYTECODE $(BIN)/python -m pytest -n 4 --dist worksteal $(ARGS)

# The tests' modules, compiled once on the processor that the linters leave idle, and not by each of the four workers.
compiled: $(READY)
	@env -u PYTHONDONTWRITEBYTECODE $(BIN)/python -m pytest --collect-only -qq >/dev/null 2>&1 || true

# The tests of the table of faults, larger than in make test; half an hour and more. ARGS="-k killed" tries a part of them.
faults: $(READY)
	env -u PYTHONDONTWRITEBYTECODE $(BIN)/python -m tests.faults $(ARGS)

bench: $(READY)
	env -u PYTHONDONTWRITEBYTECODE $(BIN)/python -m tests.bench $(ARGS)

check: lint
	$(BIN)/python -m pytest -q tests/test_architecture.py

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy $(CODE)

format: $(READY)
	$(BIN)/ruff check --fix-only --exit-zero --quiet .
	$(BIN)/ruff format .

# No registry is named in the lock: pip asks the one that this machine is set up for.
lock: $(READY)
	CUSTOM_COMPILE_COMMAND="make lock" $(BIN)/pip-compile --quiet --generate-hashes --all-extras --all-build-deps \
		--allow-unsafe --strip-extras --no-emit-index-url --no-emit-find-links --no-emit-trusted-host \
		--output-file requirements.lock pyproject.toml $(ARGS)

clean:
	rm -rf .venv build tocsin.egg-info .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis

$(READY): requirements.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "Python is not installed. Tocsin needs Python 3.11 or newer: install it and run make again."; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "$(PYTHON) is older than Python 3.11, which Tocsin needs." \
		"Nothing was changed. Install Python 3.11, or name one: make PYTHON=/path/to/python3.11"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "$(PYTHON) cannot make a virtual environment. Nothing was changed." \
		"On Debian and Ubuntu: apt-get install python3-venv; then run make again."; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "Installing what Tocsin needs into .venv; this takes a minute or two the first time."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $(READY)
