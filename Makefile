# make app   opens the app on the sample region         make test   lint, types and all tests
# Both set up what they need in .venv from the locked requirements: git, make and Python 3.11 or newer are enough.

PYTHON ?= $(shell for p in python3.12 python3.11 python3.13 python3 python; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$p; break; }; done)
BIN := .venv/bin
PORT ?= 8501

DATA ?= ../shared/data

.PHONY: app test check bench lock clean

app: .venv/installed
	$(BIN)/explorer app --port $(PORT)

test: check
	$(BIN)/python -m pytest -n 2 --dist loadfile

check: .venv/installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

.venv/bin/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed / Python 3.11 以上が必要です"; exit 1; }
	$(PYTHON) -m venv .venv

.venv/installed: .venv/bin/python requirements/app.txt pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/app.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

.venv/installed-dev: .venv/installed requirements/dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	touch $@

# The access engine beside its peers, in an environment of its own; writes benchmarks/RESULTS.md. Half an hour on
# two cores: leave the machine alone meanwhile.
bench: .venv-bench/installed
	.venv-bench/bin/python -m benchmarks.access $(DATA)

.venv-bench/installed: requirements/benchmarks.txt pyproject.toml
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed / Python 3.11 以上が必要です"; exit 1; }
	test -x .venv-bench/bin/python || $(PYTHON) -m venv .venv-bench
	.venv-bench/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/benchmarks.txt
	.venv-bench/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

# For maintainers: writes the hashed lock files anew, the same versions for every platform and Python.
lock: .venv/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
		--extra build pyproject.toml -o requirements/app.txt
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
		--extra build --extra dev -c requirements/app.txt pyproject.toml -o requirements/dev.txt
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
		--extra build --extra benchmarks -c requirements/app.txt pyproject.toml -o requirements/benchmarks.txt
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
		--extra build --extra sign-in -c requirements/app.txt pyproject.toml -o requirements/sign_in.txt

clean:
	rm -rf .venv .venv-bench .mypy_cache .ruff_cache .pytest_cache
