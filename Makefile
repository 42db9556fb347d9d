# Musnad. `make help` lists what there is; .ci/run calls `make check` and `make test`.
# Needs Python >= 3.11 with venv and a Python package index (whichever pip is configured for); every package is pinned
# by hash in requirements/. Stamp files in .venv make a second run quick.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip -qq --disable-pip-version-check --no-input
PO := $(wildcard src/musnad/language/locale/*/LC_MESSAGES/django.po)
MO := $(PO:.po=.mo)
MAP := src/musnad/desk/front_end/world.json

DEMO_ARGS ?=
TEST_ARGS ?=
BENCH_ARGS ?=
JOBS ?= 2
# Set where `make check` has just run the fast tests on the same files (.ci/run): `make test` then goes on with the others.
FAST_DONE ?=
FAST := not slow and not browser and not processes and not postgresql and not foreign

# With TEST_ARGS one half of the tests may be none at all: pytest's exit 5.
SOME = $(if $(TEST_ARGS),|| [ $$? -eq 5 ])

say = @printf '\033[2m%s\033[0m\n' "$(1)" >&2

.PHONY: help demo desk test check fix bench lock vectors docs clean node dev foreign

help:  ## this list
	@sed -nE 's/^([a-z]+):[^#]*## (.*)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 18

demo: node  ## two States' nodes, one case, one proven dossier (DEMO_ARGS="--lang ar --out DIR")
	@$(BIN)/musnad demo $(DEMO_ARGS)

desk: node  ## the same, and both desks stay up: an emergency waits there to be answered
	@$(BIN)/musnad demo --serve $(DEMO_ARGS)

test: ## every test; as root it may install Debian packages, and says which (TEST_ARGS="-k words")
	@tools/debian_packages.sh
	@$(MAKE) --no-print-directory dev foreign
	@[ -n "$(FAST_DONE)" ] || $(BIN)/python -m pytest -n $(JOBS) --dist loadfile -m "$(FAST)" $(TEST_ARGS) $(SOME)
	@$(BIN)/python -m pytest -n $(JOBS) --dist loadfile -m "not ($(FAST)) and not processes" $(TEST_ARGS) $(SOME)
	@$(BIN)/python -m pytest -m processes $(TEST_ARGS) $(SOME)

check: dev  ## the whole truth, in minutes: format, lint, types, import contracts, catalogues, docs, fast tests
	$(call say,ruff format)
	@$(BIN)/ruff format --quiet --check . || { echo "make check: not formatted; \`make fix\` does it" >&2; exit 1; }
	$(call say,ruff check)
	@$(BIN)/ruff check --quiet .
	$(call say,mypy)
	@$(BIN)/mypy --no-error-summary
	$(call say,import contracts)
	@out=$$($(BIN)/lint-imports --no-logo --no-cache 2>&1) || { echo "$$out" >&2; exit 1; }
	$(call say,catalogues)
	@$(BIN)/python tools/catalogue.py --check
	$(call say,documents)
	@$(BIN)/python tools/errors_doc.py --check
	@$(BIN)/python tools/treaty_doc.py --check
	$(call say,fast tests)
	@$(BIN)/python -m pytest --quiet -n $(JOBS) --dist loadfile --ignore tests/foreign -m "$(FAST)" $(TEST_ARGS)

fix: dev  ## repair what a machine can: format, lint, catalogues, generated documents
	@$(BIN)/ruff check --quiet --fix . || true
	@$(BIN)/ruff format --quiet .
	@$(BIN)/python tools/catalogue.py
	@$(BIN)/python tools/errors_doc.py
	@$(BIN)/python tools/treaty_doc.py

docs: dev  ## make the generated documents again
	@$(BIN)/python tools/errors_doc.py
	@$(BIN)/python tools/treaty_doc.py

vectors: dev  ## make the deterministic test vectors again (tests/vectors); they come out to the same bytes
	@for script in tools/*vectors*.py; do echo "$$script" >&2; $(BIN)/python "$$script"; done

bench: dev  ## measure, with ratios taken in the same run (BENCH_ARGS="sealing --json FILE")
	@$(BIN)/python -m benchmarks $(BENCH_ARGS)

lock:  ## make requirements/*.txt again from pyproject.toml (UPGRADE=1 takes newer versions)
	@[ -x .tools/bin/uv ] || { $(PYTHON) -m venv .tools && .tools/bin/python -m pip -qq --disable-pip-version-check install uv; }
	@UPGRADE=$(UPGRADE) tools/lock.sh .tools/bin/uv

clean:  ## remove what make made (environments, caches, compiled catalogues)
	@rm -rf $(VENV) .tools dist build .mypy_cache .hypothesis .import_linter_cache tests/.artifacts
	@find . -name .git -prune -o \( -name __pycache__ -o -name .ruff_cache \) -type d -prune -exec rm -rf {} +
	@find src -name '*.mo' -delete
	@rm -rf src/musnad/desk/front_end

# --- environments: one folder, growing from a node's to a developer's ------------------------------------------------

node: $(VENV)/.stamp-node $(MO) $(MAP)
dev: $(VENV)/.stamp-dev $(VENV)/.stamp-node $(MO) $(MAP)
foreign: $(VENV)/.stamp-foreign

$(VENV)/.stamp-venv:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "make: needs Python 3.11 or newer; \`make PYTHON=...\` names one" >&2; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { echo "make: Python has no venv; on Debian: apt-get install python3-venv" >&2; exit 1; }
	@[ -x $(BIN)/python ] || $(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.stamp-node: requirements/build.txt requirements/node.txt pyproject.toml hatch_build.py | $(VENV)/.stamp-venv
	$(call say,Installing Musnad's node into $(VENV) (once))
	@$(PIP) install --require-hashes --only-binary :all: -r requirements/build.txt -r requirements/node.txt
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.stamp-dev: requirements/dev.txt | $(VENV)/.stamp-venv
	$(call say,Installing what changing Musnad needs into $(VENV) (once))
	@$(PIP) install --require-hashes --only-binary :all: -r requirements/dev.txt
	@touch $@

# aics-tlog says that it needs Python 3.12 and works on 3.11: installed by itself, without its word for it.
$(VENV)/.stamp-foreign: requirements/foreign.txt requirements/foreign-nodeps.txt | $(VENV)/.stamp-dev
	$(call say,Installing the foreign checkers into $(VENV) (once))
	@$(PIP) install --require-hashes -r requirements/foreign.txt
	@$(PIP) install --require-hashes --no-deps --ignore-requires-python -r requirements/foreign-nodeps.txt
	@touch $@

# The desk's world map, from a pinned package of npm's registry; without it the desk shows its table alone.
$(MAP): tools/front_end.py | $(VENV)/.stamp-node
	$(call say,Fetching the desk's world map (once))
	@$(BIN)/python tools/front_end.py --again || true

%.mo: %.po | $(VENV)/.stamp-node
	@$(BIN)/python hatch_build.py
	@touch $(MO)
