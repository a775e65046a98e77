# Two commands set everything up: `make demo` and `make test`. The others save typing.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
INSTALL := $(PIP) install --quiet --require-hashes --only-binary :all:
COMPILE := $(BIN)/uv pip compile --quiet --generate-hashes --universal --python-version 3.11 \
	--only-binary :all: --no-header --no-annotate --no-emit-index-url --no-emit-find-links

.PHONY: help demo test exhaustive faults bench format lock clean

help:
	@echo "make demo        install, load the demo network and serve it on this machine"
	@echo "make test        install what the tests need, then run every check"
	@echo "make exhaustive  run the properties at their full counts"
	@echo "make faults      kill processes, fill disks, set clocks, work on and on, in full; 90 minutes at most"
	@echo "make bench       measure the work against the least it could cost and against others"
	@echo "make format      lay out the code as the checks want it"
	@echo "make lock        write the lock files anew from the *.in files"
	@echo "make clean       remove what was installed here; the data stay"

demo: $(VENV)/installed
	@exec $(BIN)/tramita demo

test: $(VENV)/equipped
	@.ci/provide
	@.ci/check

exhaustive: $(VENV)/equipped
	@.ci/provide
	@.ci/exhaust

faults: $(VENV)/equipped
	@.ci/provide
	@.ci/faults

bench: $(VENV)/equipped
	@.ci/provide
	@nice $(BIN)/python -m benchmarks
	@nice $(BIN)/python -m benchmarks growth --upto 10000
	@nice $(BIN)/python -m benchmarks http --cases 1000

format: $(VENV)/equipped
	$(BIN)/ruff check --fix-only --quiet .
	$(BIN)/ruff format .

lock: $(VENV)/equipped
	$(PIP) install --quiet --only-binary :all: uv
	$(COMPILE) --upgrade requirements.in requirements-build.in -o requirements.lock
	$(COMPILE) --upgrade requirements-dev.in -c requirements.lock -o requirements-dev.lock

clean:
	rm -rf $(VENV) build *.egg-info tests/servers/node/node_modules
	rm -rf .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis

# Each stamp is younger than what it was made from, so a second run installs nothing.

$(VENV)/made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "tramita needs Python 3.11 or newer: make PYTHON=/path/to/python3.11" >&2; exit 1; }
	@echo "Making $(VENV)"
	@$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/locked: requirements.lock $(VENV)/made
	@echo "Installing what tramita runs on"
	@$(INSTALL) -r requirements.lock
	@touch $@

$(VENV)/installed: pyproject.toml $(VENV)/locked
	@$(PIP) install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/equipped: requirements-dev.lock $(VENV)/installed
	@echo "Installing what the tests need"
	@$(INSTALL) -r requirements-dev.lock
	@touch $@
