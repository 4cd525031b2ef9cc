# `make help` says what there is.
# Needs python3 3.11 or newer and make; everything else comes into .venv by pip.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
RUNS := $(VENV)/.runs
STAMP := $(VENV)/.installed
LINTED := $(VENV)/.linted
QUIETLY := --quiet --disable-pip-version-check
TESTS ?= tests

.PHONY: help demo test test-fast fix lint bench soak docs migration pictures venv

help: ## What there is
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 12

demo: $(RUNS) ## A Slack of its own on this machine, with sample accounts; DEMO="--port 9000" passes options on
	$(BIN)/python -m bot demo $(DEMO)

# Lint beside the tests, and three workers on two cores: they wait for processes and sockets now and then.
test: $(STAMP) ## Everything a change must pass; TESTS=tests/core takes a part
	@$(MAKE) --no-print-directory lint > $(LINTED) 2>&1 & lint=$$!; \
	  $(BIN)/python -m pytest -n 3 --dist worksteal $(TESTS); tests=$$?; \
	  wait $$lint; lint=$$?; cat $(LINTED); exit $$((tests ? tests : lint))

test-fast: $(STAMP) ## What changed since main and the tests next to it, for a minute; SINCE=HEAD~3 goes back further
	$(BIN)/python -m tests.neighbours $(SINCE)

fix: $(STAMP) ## Repair what ruff can repair, and format
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

lint: $(STAMP) ## Style, types, and who may import whom
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(STAMP) ## Speed and memory, measured
	$(BIN)/python -m tests.benchmarks

# Every property over two thousand examples, or ten times as many as in a run where examples are dear; then workers that
# are killed two hundred times while they change messages and while they take them out, on both databases; then two
# years of the demo, whose messages are counted; then demos that begin on other days; then about 2700 changed rules that a test must notice. A changed rule takes a third of a second of one core: a quarter of an hour
# for all, on a busy machine longer; --go-on keeps what the last run of them has found noticed.
# SOAK="--only mutations --sample 70 --seed 1" runs one of the five, and tries other rules than seed 0 does.
soak: $(STAMP) ## Slow proofs, for a night
	$(BIN)/python -m tests.soak $(SOAK)

docs: $(STAMP) ## Write the parts of docs/ that come from the code
	$(BIN)/python -m bot.docs_reference

migration: $(STAMP) ## A migration with what the models have and the tables have not; WORDS="mood of an answer" names it
	$(BIN)/python -m tests.new_migration $(WORDS)

pictures: $(STAMP) ## Take the pictures of docs/ from the demo, and measure them; PICTURES="--into ../look card.png"
	$(BIN)/python -m tests.browser.pictures $(PICTURES)

# For a machine that runs the bot: no test tools come along.
venv: $(RUNS) ## .venv with what the bot runs on

# What the bot runs on; the demo needs no more.
$(RUNS): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
	  { echo "Python 3.11 or newer is needed, and '$(PYTHON)' is not that. Try: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || \
	  { echo "Python could not make $(VENV). On Debian and Ubuntu: apt install python3-venv"; exit 1; }
	$(BIN)/python -m pip install $(QUIETLY) -c constraints.txt -e .
	@touch $(RUNS)

# And what it is tested with.
$(STAMP): $(RUNS)
	$(BIN)/python -m pip install $(QUIETLY) -c constraints.txt -e '.[dev]'
	@touch $(STAMP)
