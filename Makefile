# Kepu. Two commands are enough: `make run` and `make test`. Everything else is for those who change it.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8000
WORKERS ?= 1
THREADS ?= 8
PIP := $(BIN)/pip install --quiet --no-input --disable-pip-version-check --no-compile --require-hashes

.PHONY: help run test test-postgresql test-spark test-all journeys fire check coverage fix bench docs lock messages screenshots vendor clean

help:  ## show what can be asked for
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

run: $(VENV)/.run  ## install, make the database, load the demo district, serve on http://127.0.0.1:8000
	@exec env KEPU_DEMO=$${KEPU_DEMO-1} $(BIN)/python manage.py serve \
		--bind 127.0.0.1:$(PORT) --workers $(WORKERS) --threads $(THREADS)

# What is under fire starts sixteen processes: beside a browser it would starve it.
test: $(VENV)/.dev  ## the whole suite on SQLite, browser journeys included
	@tools/need_browser.sh
	@$(BIN)/pytest -n 2 --dist loadgroup --ignore=tests/fire
	@$(BIN)/pytest -q tests/fire

test-postgresql: $(VENV)/.dev  ## what touches a database again, with the journey that writes most, on a PostgreSQL server that is started for it
	@tools/need_browser.sh
	@tools/with_postgresql.sh $(BIN)/pytest -n 2 --dist loadgroup -m "django_db or journey" \
		tests/journeys/test_quarter.py kepu
	@tools/with_postgresql.sh $(BIN)/pytest -q tests/fire/test_last_seats.py tests/fire/test_double_scans.py

test-spark: $(VENV)/.spark  ## the questions to facts again, on a Spark cluster of two workers that is started for it
	@command -v java >/dev/null || { echo "Spark needs Java. On Debian: apt-get install openjdk-17-jre-headless" >&2; exit 1; }
	@$(BIN)/pytest -q fact_analytics/tests/test_spark.py

test-all: test test-postgresql test-spark  ## all three

journeys: $(VENV)/.dev  ## only the browser journeys
	@tools/need_browser.sh
	@$(BIN)/pytest tests/journeys

fire: $(VENV)/.dev  ## 10,000 races for the last seats, many processes at once
	@$(BIN)/python -m benchmarks.fire

check: $(VENV)/.dev  ## lint, types, import contracts, migrations, texts, deployment settings
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/python manage.py makemigrations --check --dry-run
	@KEPU_TLS=1 $(BIN)/python manage.py check --deploy --fail-level WARNING
	@$(BIN)/pytest -q tests/architecture

coverage: $(VENV)/.dev  ## the whole suite on SQLite, and rules, services and the engine covered line by line
	@tools/need_browser.sh
	@$(BIN)/pytest -n 2 --dist loadgroup --ignore=tests/fire --ignore=tests/architecture --cov --cov-report=
	@$(BIN)/pytest -q tests/fire
	@$(BIN)/coverage report --show-missing --skip-covered --fail-under=97 \
		--include='kepu/*/rules.py,kepu/*/services.py,kepu/*/services/*,plan_document/*,literacy_stats/*,fact_analytics/*'

fix: $(VENV)/.dev  ## format and mend what can be mended by machine
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

bench: $(VENV)/.dev  ## `make bench NAME=pages`: us beside a peer, in one run
	@$(BIN)/python -m benchmarks.$(or $(NAME),pages)

docs: $(VENV)/.dev  ## build the documentation into site/
	@NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet && echo "site/index.html"

messages: $(VENV)/.dev  ## collect the texts into locale/en and compile them
	@$(BIN)/python tools/messages.py

screenshots: $(VENV)/.dev  ## make the pictures of the README anew from the demo district
	@tools/need_browser.sh
	@$(BIN)/python tools/screenshots.py

lock: $(VENV)/.dev  ## resolve the dependencies anew, with hashes
	@$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check uv
	@$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header pyproject.toml -o requirements/run.txt
	@$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header pyproject.toml --group dev -c requirements/run.txt -o requirements/dev.txt
	@$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --group spark -c requirements/dev.txt -o requirements/spark.txt

vendor:  ## copy the front-end libraries named in frontend/package.json into kepu/static/vendor (needs Node)
	@$(PYTHON) tools/vendor.py

clean:  ## remove what was installed and built; the database in var/ stays
	@rm -rf $(VENV) site .mypy_cache .ruff_cache .pytest_cache

$(VENV)/.run: requirements/run.txt
	@tools/need_python.sh $(PYTHON)
	@echo "Installing $$(grep -c '==' requirements/run.txt) packages into $(VENV) (once, about half a minute) …"
	@test -x $(BIN)/pip || $(PYTHON) -m venv $(VENV)
	@$(PIP) -r requirements/run.txt
	@touch $@

$(VENV)/.dev: requirements/dev.txt $(VENV)/.run
	@echo "Installing $$(grep -c '==' requirements/dev.txt) packages for development (once, about a minute) …"
	@$(PIP) -r requirements/dev.txt
	@touch $@

$(VENV)/.spark: requirements/spark.txt $(VENV)/.dev
	@echo "Installing Spark (once, 400 MB) …"
	@$(PIP) -r requirements/spark.txt
	@touch $@
