# Needs make and Python 3.11 or later with its venv module; everything else is installed into $(VENV).
# make daily CASE=urumqi-winter · make test TESTS=tests/standards · make daily PYTHON=/opt/python3.12/bin/python3

PYTHON ?= $(shell for name in python3 python3.13 python3.12 python3.11; do \
	"$$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo "$$name" && exit; \
	done; echo python3)
VENV ?= .venv
CASE ?=
TESTS ?=
PORT ?= 8080

WEB := consultation/page/web
BIN := $(VENV)/bin
STAMP := $(VENV)/.bogda-installed
DEVELOPMENT_STAMP := $(VENV)/.bogda-installed-for-development
RECIPE := pyproject.toml constraints.txt
LOG := $(VENV)/install.log
INSTALL = $(BIN)/python -m pip install --progress-bar off --disable-pip-version-check --no-input -c constraints.txt
EXPLAIN = { tail -n 15 $(LOG) >&2; echo "The installation failed; the whole story is in $(LOG)" >&2; exit 1; }

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help daily serve page test lint format clean environment print-python

help:
	@echo "make daily   install what is needed, run today's forecast, say where the bulletin lies"
	@echo "make serve   install what is needed, run today's forecast if there is none, start the page   (PORT=8080)"
	@echo "make page    build the page's front end into consultation/page/assets (needs Node.js 20.19 or later and npm)"
	@echo "make test    install what is needed, run the tests          (TESTS=tests/standards for some)"
	@echo "make lint    style, types and the import rules               (make format mends the style)"
	@echo "make clean   remove the environment, caches and built files; runs in store/ are kept"

daily: $(STAMP)
	@$(BIN)/bogda daily $(if $(CASE),--case $(CASE))

serve: $(STAMP)
	@ls store/runs/*/*/manifest.json >/dev/null 2>&1 || $(BIN)/bogda daily $(if $(CASE),--case $(CASE))
	@$(BIN)/bogda serve --port $(PORT)

page:
	@command -v npm >/dev/null || { echo "make page needs npm: install Node.js 20.19 or later." >&2; exit 1; }
	@cd $(WEB) && npm ci --no-progress --loglevel=error && npm run --silent test && npm run --silent build

test: $(DEVELOPMENT_STAMP)
	@OMP_NUM_THREADS=1 OMP_WAIT_POLICY=PASSIVE $(BIN)/python -m pytest -q -n 2 --dist worksteal $(TESTS)

lint: $(DEVELOPMENT_STAMP)
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

format: $(DEVELOPMENT_STAMP)
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

clean:
	rm -rf $(VENV) build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

print-python:
	@echo "$(PYTHON)"

environment:
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
		echo "Bogda needs Python 3.11 or later; '$(PYTHON)' is $$("$(PYTHON)" --version 2>/dev/null || echo not there)." >&2; \
		echo "Install one, or name it: make PYTHON=/path/to/python3.11" >&2; exit 1; }
	@"$(PYTHON)" -c 'import ensurepip, venv' 2>/dev/null || { \
		echo "'$(PYTHON)' has no venv module. On Debian and Ubuntu: apt install python3-venv" >&2; exit 1; }
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || { \
		echo "Creating the environment in $(VENV) ..."; "$(PYTHON)" -m venv --clear $(VENV); }

$(STAMP): $(RECIPE)
	@$(MAKE) --no-print-directory environment
	@echo "Installing the libraries into $(VENV): 2 to 8 minutes, some 2 GB on disk ..."
	@$(INSTALL) -e . >$(LOG) 2>&1 || $(EXPLAIN)
	@touch $@

$(DEVELOPMENT_STAMP): $(RECIPE)
	@$(MAKE) --no-print-directory environment
	@echo "Installing the libraries and the test tools into $(VENV): 2 to 8 minutes, some 2 GB on disk ..."
	@$(INSTALL) -e '.[dev]' >$(LOG) 2>&1 || $(EXPLAIN)
	@touch $(STAMP) $@
