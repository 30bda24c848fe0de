# Needs only Python >= 3.11 and make; everything else goes into .venv.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: help demo test lint template pictures bench fuzz clean

help:  ## List the targets
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

$(VENV)/.runtime: pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed, this is " + sys.version.split()[0] if sys.version_info < (3, 11) else 0)'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet -c constraints.txt pip
	$(BIN)/python -m pip install --quiet -c constraints.txt -e .
	touch $@

$(VENV)/.dev: $(VENV)/.runtime
	$(BIN)/python -m pip install --quiet -c constraints.txt --group dev
	touch $@

demo: $(VENV)/.runtime  ## Make 60 filled workbooks, grade them, say what to open
	$(BIN)/cts-excel demo

lint: $(VENV)/.dev  ## ruff, mypy --strict, import contract
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

test: lint  ## Everything: lint, all tests, coverage
	$(BIN)/python -m pytest -n auto --cov --cov-report=
	$(BIN)/coverage report --include='cts_excel/audit/*,cts_excel/standard/*' --fail-under=95

template: $(VENV)/.runtime  ## Write templates/audit_template.xlsx anew
	$(BIN)/cts-excel template --force -o templates/audit_template.xlsx

pictures: $(VENV)/.runtime  ## Draw the pictures of README and docs anew (needs LibreOffice, poppler)
	$(BIN)/python docs/make_pictures.py

clean:  ## Remove what the targets made, the virtual environment included
	rm -rf $(VENV) build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis .coverage*
