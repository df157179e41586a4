# make demo   everything set up, then the whole line once on made-up units
# make test   everything set up, then every check there is
# make check  what a change breaks most often, in a few minutes; says what it leaves out
# make lint   only the checks that run nothing
# make bench  what things cost beside what others take for the same, written into docs/performance.md; SIZES=50,200,1000
# make bench-record  the ratios that the tests hold us to, measured anew
# make lock   pin the dependencies anew

# The first Python that runs. LibreOffice's Python module is compiled for Debian's, so 3.11 is tried first.
PYTHON ?= $(firstword $(foreach p,python3.11 python3 python3.12 python3.13 python3.14,\
	$(if $(shell $(p) -c 'import sys; print(sys.version_info >= (3, 11) or "")' 2>/dev/null),$(p))))
BIN := .venv/bin
SETUP := .venv/.set-up
BENCH := .venv/.bench-set-up

.PHONY: demo test check lint bench bench-record lock clean
.DEFAULT_GOAL := demo

$(SETUP): requirements.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "Python 3.11 or later is needed and was not found." >&2; exit 1; }
	@echo "Setting up .venv with $(PYTHON) (a minute or two, once) ..."
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	@$(BIN)/python -m compileall -q tianbao.py addin generator templates  # else every start compiles where none may be kept
	@touch $@

demo: $(SETUP)
	@$(BIN)/tianbao demo

lint: $(SETUP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/tianbao survey lint

# Lint runs beside the tests, and is told after them.
test: $(SETUP)
	@sh scripts/install-office.sh $(BIN)/python
	@$(MAKE) --no-print-directory lint > .venv/lint.log 2>&1 & lint=$$!; \
	$(BIN)/pytest -n auto; tests=$$?; \
	wait $$lint; linted=$$?; cat .venv/lint.log; exit $$((tests || linted))

check: $(SETUP)
	@$(MAKE) --no-print-directory lint > .venv/lint.log 2>&1 & lint=$$!; \
	$(BIN)/pytest -n auto --check; tests=$$?; \
	wait $$lint; linted=$$?; cat .venv/lint.log; exit $$((tests || linted))

lock: $(SETUP)
	$(BIN)/python -m pip install --quiet pip-tools
	$(BIN)/pip-compile --quiet --strip-extras --extra dev --generate-hashes --no-emit-index-url --no-emit-find-links \
		--no-emit-trusted-host --output-file requirements.lock pyproject.toml
	$(BIN)/pip-compile --quiet --strip-extras --extra bench --constraint requirements.lock --generate-hashes \
		--no-emit-index-url --no-emit-find-links --no-emit-trusted-host --output-file requirements-bench.lock pyproject.toml

clean:
	rm -rf .venv demo-output
