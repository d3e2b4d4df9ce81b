VENV ?= .venv
PYTHON ?= python3
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
WORKERS ?= 2

.PHONY: help demo serve test check fix bench proof docs constraints clean
help: ## this list
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/'

$(STAMP): requirements-dev.txt constraints.txt pyproject.toml plugins/icbc/pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt flit_core -r requirements-dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation -c constraints.txt -e . -e plugins/icbc
	touch $@

node_modules/.installed: package.json
	sh tools/front-end.sh "$(BIN)/python"
	touch $@

demo: $(STAMP) ## the main job on examples/, from import to both sides agreed
	$(BIN)/partnerhub demo

serve: $(STAMP) node_modules/.installed ## the demo's data, kept running for a person in a browser
	$(BIN)/partnerhub demo --serve

check: $(STAMP) ## ruff, mypy, import-linter
	$(BIN)/ruff check .
	$(BIN)/ruff format --check hub plugins tests bench
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

test: $(STAMP) node_modules/.installed check ## everything that CI runs
	sh tools/browser.sh "$(BIN)/python"
	$(BIN)/python -m pytest -n $(WORKERS)

fix: $(STAMP) ## format and mend what can be mended
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format hub plugins tests bench

bench: $(STAMP) ## figures, each beside its floor
	$(BIN)/python -m bench

proof: $(STAMP) ## the slow proofs, with a figure printed
	$(BIN)/python -m pytest -m proof -s -p no:randomly

docs: $(STAMP) ## reference pages made from the code
	$(BIN)/partnerhub plugin list

constraints: $(STAMP) ## write the versions that are installed now
	$(BIN)/python -m pip freeze --exclude-editable | grep -v ' @ ' > constraints.txt

clean: ## what make has made
	rm -rf $(VENV) node_modules .mypy_cache .ruff_cache .pytest_cache
