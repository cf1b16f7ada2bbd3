# Everything starts here. `make` alone lists the targets.

PYTHON ?= python3
MAKEFLAGS += --no-print-directory
PY := .venv/bin/python
# Two processes use what a small machine has; `make test PYTEST="-n 0 -x"` for one at a time.
PYTEST ?= -n 2 --dist worksteal
CHROMIUM := $(shell command -v chromium || command -v chromium-browser || command -v google-chrome)

.DEFAULT_GOAL := help
.PHONY: help run test screenshots faults fuzz lint format lock audit sbom licences secrets venv venv-dev

help:  ## this list
	@sed -n 's/^\([a-z-]*\):.*## /  make \1\t/p' Makefile

run: venv  ## install what is missing and start the whole product (PORT=8080 make run)
	@exec $(PY) manage.py dev --stop-with-parent

test: venv-dev  ## the test suite, without the slow ones
	@$(PY) manage.py compile_catalogs --verbosity 0
	@$(PY) manage.py prepare_triage
	@$(if $(CHROMIUM),:,echo "No Chromium here: tests in a browser are left out. On Debian: apt-get install chromium")
	@$(PY) -m pytest -m "not slow$(if $(CHROMIUM),, and not browser)" $(PYTEST)

screenshots: venv-dev  ## pictures of every page and state into var/album/, with an index to leaf through
	@$(PY) manage.py compile_catalogs --verbosity 0
	@$(PY) -m pytest tests/web/test_public_in_browser.py tests/web/test_shell_in_browser.py tests/admin/test_desk_in_browser.py --album var/album
	@echo "Open var/album/index.html"

faults: venv-dev  ## drills with faults at 500 reports each, written to docs/reliability.md; with DATABASE_URL and REDIS_URL on those
	@$(PY) manage.py compile_catalogs --verbosity 0
	@$(PY) manage.py prepare_triage
	@$(PY) -m tests.faults.reliability $(FAULTS)

# `make fuzz MINUTES=30 ONLY=form` for one part of tests/fuzz; on PostgreSQL with DATABASE_URL.
fuzz: venv-dev  ## hostile input of all kinds for MINUTES (10), new each time; docs/operations.md says what to do with a find
	@$(PY) manage.py compile_catalogs --verbosity 0
	@$(PY) manage.py prepare_triage
	@$(PY) -m pytest -m slow --fuzz-minutes $(or $(MINUTES),10) --show-capture=no -k "$(ONLY)" tests/fuzz

lint: venv-dev  ## style, types, import rules
	@$(PY) -m ruff check
	@$(PY) -m ruff format --check
	@$(PY) -m mypy
	@$(PY) -c "from importlinter.cli import lint_imports_command; lint_imports_command()"

format: venv-dev  ## put the code into shape
	@$(PY) -m ruff check --fix
	@$(PY) -m ruff format

# Keeps the versions of the present lock where it can; `make lock UPGRADE=--upgrade` for the newest ones.
lock: venv-dev  ## write the locked requirements anew from requirements/*.in
	@$(PY) -m uv pip compile --universal --generate-hashes --python-version 3.11 -q $(UPGRADE) \
		requirements/base.in -o requirements.txt --custom-compile-command "make lock"
	@$(PY) -m uv pip compile --universal --generate-hashes --python-version 3.11 -q $(UPGRADE) \
		requirements/dev.in -c requirements.txt -o requirements/dev.txt --custom-compile-command "make lock"

audit: venv-dev  ## known vulnerabilities of the locked versions
	@$(PY) .ci/audit.py

sbom: venv-dev  ## bill of materials of the product, CycloneDX, into var/sbom.json
	@mkdir -p var
	@$(PY) -m cyclonedx_py requirements requirements.txt --output-reproducible -o var/sbom.json
	@echo "Written: var/sbom.json"

licences: venv-dev  ## what the product's packages are licensed under; fails on one that .ci/licences.py does not allow
	@$(PY) .ci/licences.py

secrets:  ## make secrets/ for docker-compose.yml; keeps what is there
	@$(PYTHON) bin/new_secrets.py

venv:
	@$(PYTHON) bin/bootstrap.py requirements.txt

venv-dev:
	@$(PYTHON) bin/bootstrap.py requirements/dev.txt
