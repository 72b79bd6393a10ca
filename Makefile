# Two commands do everything on a fresh machine: `make site` and `make test`.
# Needs: Python 3.11 or newer. Everything else goes into .venv.

PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	"$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo "$$p"; break; }; done)
BIN := .venv/bin
READY := .venv/.ready

.PHONY: site serve docs test screenshots lint types bench clean dist

site: $(READY) ## build the example site into public/
	$(BIN)/acadsite build

serve: $(READY) ## preview it
	$(BIN)/acadsite serve

docs: $(READY) ## build docs/ as a handbook into .docs/public/
	rm -rf .docs && cp -R docs/site .docs && mkdir .docs/content/manual
	cp -R docs/*.md docs/book.yaml docs/decisions .docs/content/manual/
	$(BIN)/acadsite -C .docs build

test: $(READY) ## run all tests
	$(BIN)/python -m pytest -n auto --dist worksteal -m "not serial"
	$(BIN)/python -m pytest -m serial

screenshots: $(READY) ## every kind of page in three themes, light and dark, telephone and desktop, into docs/gallery/
	$(BIN)/python bench/gallery.py

lint: $(READY) ## style of the code
	$(BIN)/ruff check
	$(BIN)/ruff format --check

types: $(READY) ## types of src
	$(BIN)/mypy

bench: $(READY) ## other site generators and acadsite on the same content; writes docs/benchmarks.md
	$(BIN)/python bench/run.py

dist: $(READY) ## sdist and wheel into dist/; of a release with ACADSITE_ACTION=OWNER/REPOSITORY@COMMIT
	@test -z "$$ACADSITE_ACTION" || { test "$${ACADSITE_ACTION#*@}" = "$$(git rev-parse HEAD)" && test -z "$$(git status --porcelain)"; } \
		|| { echo "ACADSITE_ACTION must name the commit that is checked out, with nothing changed since."; exit 1; }
	rm -rf dist
	$(BIN)/python -m build
	$(BIN)/twine check --strict dist/*

clean: ## remove everything that was made
	rm -rf .venv .acadsite .docs public dist bench/out bench/.tools .pytest_cache .mypy_cache .ruff_cache .hypothesis

$(READY): pyproject.toml
	@test -n "$(PYTHON)" || { echo "acadsite needs Python 3.11 or newer (make PYTHON=/path/to/python)"; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@
