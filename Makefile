# Needs only Python >= 3.11 and make; everything else goes into .venv.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# A worker that has nothing left takes tests from another.
PARALLEL := -n auto --dist worksteal
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: help app demo test unit lint template released pictures architecture messages docs bench fuzz clients mutants dist wheelhouse offline sbom licences clean

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

$(VENV)/.app: $(VENV)/.runtime
	$(BIN)/python -m pip install --quiet -c constraints.txt -e '.[app]'
	touch $@

app: $(VENV)/.app  ## Open the app in the browser, with this folder as its working folder
	$(BIN)/cts-excel app

lint: $(VENV)/.dev  ## ruff, mypy --strict, import contract
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

test: lint  ## Everything: lint, all tests, coverage
	$(BIN)/python -m pytest $(PARALLEL) tests/audit tests/standard --cov --cov-fail-under=95
	$(BIN)/python -m pytest $(PARALLEL) --ignore tests/audit --ignore tests/standard

unit: $(VENV)/.dev  ## The quick tests, in about a minute
	$(BIN)/python -m pytest -q $(PARALLEL) -m "not slow and not real_application"

template: $(VENV)/.runtime  ## Write templates/audit_template.xlsx anew
	$(BIN)/cts-excel template --force -o templates/audit_template.xlsx

released: $(VENV)/.runtime  ## Keep the present format of the form as data, once it is final
	$(BIN)/python -m cts_excel.workbook.form.released.capture

pictures: $(VENV)/.dev  ## Draw the pictures of README and docs anew (needs LibreOffice, poppler, Chromium)
	$(BIN)/python docs/make_pictures.py
	$(BIN)/python docs/make_app_pictures.py

architecture: $(VENV)/.dev  ## Draw the rooms anew from the imports, for docs/architecture.md
	$(BIN)/python docs/make_architecture.py

docs: architecture  ## Write the reference pages anew and build the documentation into build/site
	$(BIN)/python docs/make_reference.py
	$(BIN)/mkdocs build --quiet --strict

LOCALE := cts_excel/locale/zh_CN/LC_MESSAGES
CLICK = $$($(BIN)/python -c 'import click, os; print(os.path.dirname(click.__file__))')
UPDATE := -q update -l zh_CN -w 100 --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date

messages: $(VENV)/.dev  ## Bring the Chinese catalogues up to date and compile them
	$(BIN)/pybabel -q extract --add-location=file -o $(VENV)/cts_excel.pot cts_excel
	$(BIN)/pybabel -q extract --no-location -o $(VENV)/click.pot "$(CLICK)"
	for name in cts_excel click; do \
	  $(BIN)/pybabel $(UPDATE) -i $(VENV)/$$name.pot -o $(LOCALE)/$$name.po && \
	  $(BIN)/pybabel -q compile --statistics -i $(LOCALE)/$$name.po -o $(LOCALE)/$$name.mo || exit 1; \
	done

bench: $(VENV)/.dev  ## Time every promise of speed against a peer in the same run
	$(BIN)/python -m benchmarks

fuzz: $(VENV)/.dev  ## Spoil filled workbooks for ten minutes; two readers grade them
	$(BIN)/python tests/fuzz/fuzz_workbooks.py --seconds $(or $(SECONDS),600)

clients: $(VENV)/.dev  ## Save workbooks in every other application and library and grade them
	$(BIN)/python tests/real_applications/clients/install.py
	$(BIN)/python -m pytest -q tests/real_applications/test_clients.py

dist: $(VENV)/.dev  ## Build wheel and source distribution into dist/
	rm -f dist/*.whl dist/*.tar.gz
	$(BIN)/python -m build --no-isolation

wheelhouse: dist  ## Gather the wheels of the product and EXTRA=app in dist/wheels, to install without network
	$(BIN)/python -m release wheelhouse $(EXTRA)

offline: dist  ## Install product and extras without network, use them, put their sizes into docs/install.md
	$(BIN)/python -m release offline --write

$(VENV)/.release: $(VENV)/.dev
	$(BIN)/python -m pip install --quiet -c constraints.txt --group release
	touch $@

sbom: dist $(VENV)/.release  ## Write bills of materials (CycloneDX) of product and extras into dist/sbom
	$(BIN)/python -m release sbom

licences: $(VENV)/.dev  ## Write docs/licences.md anew, from what is installed
	$(BIN)/python docs/make_licences.py

mutants: $(VENV)/.dev  ## Mutation testing; ROOM=audit for one room, all take hours
	$(BIN)/python tests/mutants/run.py $(ROOM)

clean:  ## Remove what the targets made, the virtual environment included
	rm -rf $(VENV) build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis .coverage*
