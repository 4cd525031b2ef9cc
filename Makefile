# make demo · make test · make lint · make bench · make soak · make docs · make pictures · make venv
# Needs python3 3.11 or newer and make; everything else comes into .venv by pip.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
RUNS := $(VENV)/.runs
STAMP := $(VENV)/.installed
QUIETLY := --quiet --disable-pip-version-check
TESTS ?= tests

.PHONY: demo test lint bench soak docs pictures venv

demo: $(RUNS)
	$(BIN)/python -m bot demo $(DEMO)

test: lint
	$(BIN)/python -m pytest -n 2 $(TESTS)

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(STAMP)
	$(BIN)/python -m tests.benchmarks

# Slow proofs, for a night: properties over two thousand examples each, then about 1900 changed rules that a test must
# notice. A changed rule takes a third of a second of one core: a quarter of an hour for all, on a busy machine longer.
# SOAK="--only mutations --sample 70 --seed 1" runs one of the two, and tries other rules than seed 0 does.
soak: $(STAMP)
	$(BIN)/python -m tests.soak $(SOAK)

docs: $(STAMP)
	$(BIN)/python -m bot.docs_reference

pictures: $(STAMP)
	$(BIN)/python -m tests.browser.pictures

# For a machine that runs the bot: no test tools come along.
venv: $(RUNS)

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
