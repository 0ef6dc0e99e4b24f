# Everything runs in .venv, which is made from the exact versions in requirements.lock.
#
#   make demo PYTHON=python3.12      another Python (3.11 to 3.13)
#   make test PYTEST_FLAGS="-k graph"  part of the tests
#   make test WORKERS=0              one test after another, which --pdb needs

PYTHON ?= python3
VENV ?= .venv
PYTEST_FLAGS ?=
WORKERS ?= 2
# Windows has another folder; make runs there in the bash of Git.
BIN := $(VENV)/$(if $(filter Windows_NT,$(OS)),Scripts,bin)
PIP := $(BIN)/python -m pip --disable-pip-version-check

.DEFAULT_GOAL := help
.PHONY: help demo lab notebooks site test format lock clean

help:  ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: $(VENV)/.installed  ## install the package and run the main job on the embedded data set
	$(BIN)/ausrec demo

lab: $(VENV)/.installed-notebooks  ## open the notebooks in JupyterLab
	$(BIN)/jupyter lab notebooks

notebooks: $(VENV)/.installed-notebooks  ## execute chapters and solutions in place, as they are committed
	$(BIN)/python -m tests.notebooks.execution

site: $(VENV)/.installed-site  ## build the site (course, documentation, API) into build/site
	$(BIN)/sphinx-build --quiet --fail-on-warning --write-all --jobs auto -c docs . build/site
	@echo "Open build/site/index.html"

test: $(VENV)/.installed-test  ## install what testing needs and run everything that CI runs
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest --numprocesses $(WORKERS) --dist loadscope $(PYTEST_FLAGS)

format: $(VENV)/.installed-test  ## put the code into shape
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# Each stamp names what has been installed; a newer lock or pyproject.toml makes it stale.
# The lock is given as constraints, so each target installs only the part that it needs.
$(VENV)/.installed: $(VENV)/.made
	$(PIP) install --quiet --constraint requirements.lock --editable .
	@touch $@

$(VENV)/.installed-notebooks: $(VENV)/.made
	$(PIP) install --quiet --constraint requirements.lock --editable '.[notebooks]'
	@touch $@ $(VENV)/.installed

$(VENV)/.installed-site: $(VENV)/.made
	$(PIP) install --quiet --constraint requirements.lock --editable '.[notebooks,site]'
	@touch $@ $(VENV)/.installed $(VENV)/.installed-notebooks

$(VENV)/.installed-test: $(VENV)/.made
	$(PIP) install --quiet --constraint requirements.lock --editable '.[gradients,notebooks,search,site,test,tracking]'
	@touch $@ $(VENV)/.installed $(VENV)/.installed-notebooks $(VENV)/.installed-site

$(VENV)/.made: requirements.lock pyproject.toml
	@test -x $(BIN)/python \
	  || $(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null \
	  || { echo "error: $(PYTHON) is $$($(PYTHON) --version 2>/dev/null || echo 'not here'); ausrec needs Python 3.11 to 3.13: name one with 'make $(MAKECMDGOALS) PYTHON=python3.12'" >&2; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) \
	  || { rm -rf $(VENV); echo "error: $(PYTHON) cannot make a virtual environment; install its venv module (Debian and Ubuntu: apt-get install python3-venv)" >&2; exit 1; }
	@echo "Installing into $(VENV): this takes a few minutes the first time"
	@touch $@

# uv resolves for every system and Python at once; .ci/lock.toml says what it is told by hand.
lock: $(VENV)/.made  ## write requirements.lock anew: versions that still fit stay (UPGRADE=1: newest)
	$(PIP) install --quiet uv
	cp requirements.lock requirements.lock.new
	$(BIN)/uv --config-file .ci/lock.toml pip compile pyproject.toml --all-extras --universal \
	  --python-version 3.11 --no-annotate --no-header --no-emit-index-url --quiet \
	  $(if $(UPGRADE),--upgrade) --output-file requirements.lock.new
	{ sed -n '/^#/p' requirements.lock; grep -v '^#' requirements.lock.new; } > requirements.lock.both
	mv requirements.lock.both requirements.lock
	rm requirements.lock.new

clean:  ## remove the environment, the caches and the built files (keeps runs/)
	rm -rf $(VENV) build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
