# Everything the product can be asked to do. `make help` lists it.
SHELL := /bin/sh
VAR_DIR ?= $(CURDIR)/var
export VAR_DIR
export PATH := $(CURDIR)/.venv/bin:$(PATH)
PYTHON := $(CURDIR)/.venv/bin/python
MANAGE := $(PYTHON) manage.py

.DEFAULT_GOAL := help
.PHONY: help run test test-services lint format bench bench-services bench-large audit chaos backup restore demo-reset messages

help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1|/' | awk -F'|' '{printf "  make %-14s %s\n", $$1, $$2}'

run: ## install what is missing and start the product (PORT, BIND, PUBLIC_URL, VAR_DIR)
	@setup/install.sh run
	@$(MANAGE) prepare
	@exec $(MANAGE) serve

test: ## the whole suite, real browsers included, on the embedded set-up
	@setup/install.sh test
	@$(PYTHON) -m pytest -n 2 --dist loadgroup $(PYTEST_ARGS)

# What a page looks like and what its scripts do does not depend on the database: the crawl and the browser tests of
# single pages are left to `make test`; the journeys of tests/product run here, too.
test-services: ## the suite on PostgreSQL, Redis and RabbitMQ, with a real worker
	@setup/install.sh services
	@setup/with_services.sh $(PYTHON) -m pytest -n 2 --dist loadgroup -m "not looks" --ignore-glob '*_browser.py' $(PYTEST_ARGS)

lint: ## every wall: imports, style, types, templates, translations, migrations, deployment, secrets
	@setup/install.sh lint
	@setup/lint.sh

format: ## let ruff write the code as it should stand
	@setup/install.sh lint
	@.venv/bin/ruff check --fix --quiet . ; .venv/bin/ruff format --quiet .

messages: ## collect the texts to translate into locale/
	@setup/install.sh lint
	@$(MANAGE) makemessages --locale zh_Hans --no-location --no-wrap --ignore 'var/*' --ignore '.venv/*' --ignore 'setup/*'

bench: ## measure pages, search and rosters beside their peers, medians and ratios
	@setup/install.sh bench
	@$(PYTHON) -m tests.bench

bench-services: ## the same on PostgreSQL, with a search among ten thousand pages
	@setup/install.sh services
	@setup/install.sh bench
	@setup/with_services.sh $(PYTHON) -m tests.bench --large

bench-large: ## the same with a search among ten thousand pages
	@setup/install.sh bench
	@$(PYTHON) -m tests.bench --large

audit: ## Lighthouse on home, topic, article and quiz with production settings (median of five)
	@setup/install.sh audit
	@$(PYTHON) -m tests.audit

chaos: ## kill each process in turn under load, again and again; a thousand sit an exam on a bad network
	@setup/install.sh test
	@$(PYTHON) -m pytest -n 0 tests/product/test_kills.py tests/product/test_chaos.py --count-kills 20 --count-sittings 1000 -q -s

backup: ## DATA=file KEYS=file (asks for the passphrase, or BACKUP_PASSPHRASE)
	@$(MANAGE) backup --data "$(or $(DATA),backup.tar.gz)" --keys "$(or $(KEYS),backup.keys)"

restore: ## DATA=file KEYS=file into an empty VAR_DIR
	@setup/install.sh run
	@$(MANAGE) restore --data "$(or $(DATA),backup.tar.gz)" --keys "$(or $(KEYS),backup.keys)"

demo-reset: ## new passwords for the demo accounts
	@$(MANAGE) demo_reset
