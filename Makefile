# Two commands set everything up on a fresh machine: `make seed` and `make test`. Both need Python 3.11 and make only.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: help seed test test-faults test-cluster test-versions bench bench-quick lint lock clean

help:
	@echo "make seed    virtualenv, TERP's tables and the small seed in terp.db (SQLite), verified"
	@echo "make test    all tests, on SQLite, private MariaDB and PostgreSQL, the servers of TERP_SEED_TEST_URLS and in Chromium"
	@echo "make test-faults    the faults of the tests, at every point: about an hour"
	@echo "make bench   the figures of docs/performance.md, on SQLite and private MariaDB, MySQL and PostgreSQL: 70 minutes"
	@echo "make bench-quick    a part of them in about a minute; fails where something is twice too slow"
	@echo "make test-cluster   the tests on three Galera nodes, started for them: 10 to 20 minutes"
	@echo "make test-versions  the oldest and the newest Alembic, SQLAlchemy and click, with Python 3.11 and 3.13, on SQLite"
	@echo "make lint    ruff and mypy"
	@echo "make lock    resolve requirements.lock anew from pyproject.toml"
	@echo "make clean   remove the virtualenv and terp.db"

.venv/installed: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or newer is needed, and $(PYTHON) is $$($(PYTHON) --version 2>&1). Try: make PYTHON=python3.11 $(MAKECMDGOALS)"; exit 1; }
	@echo "Setting up .venv (about a minute, once)"
	@$(PYTHON) -m venv .venv
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

# The variables of a shell must not lead a first try into a real database.
seed: export DATABASE_URL := sqlite:///terp.db
seed: export TERP_ENV := development
# it is read by a person, even where it goes through a pipe
seed: export TERP_LOG_FORMAT := console
seed: .venv/installed
	@$(BIN)/alembic upgrade head
	@$(BIN)/terp-seed upgrade --force
	@$(BIN)/terp-seed verify
	@$(BIN)/terp-seed status

# compiled modules are kept: the tests start a process a thousand times; one worker more than there are cores, because each waits
# for its servers and processes much of the time
test: export PYTHONDONTWRITEBYTECODE :=
test: export PYTEST_XDIST_AUTO_NUM_WORKERS := $(shell expr $$(nproc 2>/dev/null || echo 2) + 1)
test: .venv/installed
	@command -v mariadbd >/dev/null || { echo "Installing MariaDB for the tests (apt-get install mariadb-server)"; \
		apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends mariadb-server mariadb-client >/dev/null; }
	@{ command -v postgres || ls /usr/lib/postgresql/*/bin/postgres; } >/dev/null 2>&1 && command -v psql >/dev/null || \
		{ echo "Installing PostgreSQL for the tests (apt-get install postgresql; no cluster is created: create_main_cluster = false)"; \
		apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends postgresql-common >/dev/null && \
		sed -i 's/^#*create_main_cluster.*/create_main_cluster = false/' /etc/postgresql-common/createcluster.conf && \
		DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends postgresql postgresql-client >/dev/null; }
	@command -v pgbouncer >/dev/null || { echo "Installing a connection pooler for the tests (apt-get install pgbouncer)"; \
		apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends pgbouncer >/dev/null; }
	@command -v sqlite3 >/dev/null || { echo "Installing SQLite's client for the tests (apt-get install sqlite3)"; \
		apt-get update -qq && apt-get install -y -qq --no-install-recommends sqlite3 >/dev/null; }
	@command -v chromium >/dev/null && command -v chromedriver >/dev/null || { echo "Installing Chromium for the tests (apt-get install chromium chromium-driver)"; \
		apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium chromium-driver >/dev/null; }
	@$(BIN)/pytest -n auto

test-faults: export TERP_SEED_ALL_FAULTS := 1
test-faults: .venv/installed
	@$(BIN)/pytest -n auto -m exhaustive

test-cluster: .venv/installed
	@command -v mariadbd >/dev/null && command -v rsync >/dev/null && ls /usr/lib*/galera*/libgalera_smm.so >/dev/null 2>&1 || \
		{ echo "Installing MariaDB and Galera for the tests (apt-get install mariadb-server galera-4 rsync)"; \
		apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends mariadb-server mariadb-client galera-4 rsync >/dev/null; }
	@$(BIN)/pytest tests/cluster -m cluster

# of the pairs of two million rows, five minutes each: LARGE_ROUNDS=3 takes ten minutes less
LARGE_ROUNDS ?= 5

bench: .venv/installed
	@$(BIN)/python -m benchmarks --large-rounds $(LARGE_ROUNDS)

bench-quick: .venv/installed
	@$(BIN)/python -m benchmarks --quick

# both ends of the ranges in pyproject.toml, on SQLite: what depends on Alembic, SQLAlchemy and click
PYTHONS ?= 3.11 3.13
VERSION_TESTS := $(addprefix tests/test_, public_api.py no_side_effects.py migrations.py alembic_commands.py recording.py any_project.py \
	autogenerate.py cli.py lost_records.py rows_are_a_pure_function.py scripts_are_the_same_everywhere.py review_is_what_runs.py)

test-versions: .venv/installed
	@for python in $(PYTHONS); do for end in lowest-direct highest; do echo "Python $$python, $$end"; \
		$(BIN)/uv venv --quiet --clear --python $$python .venv-versions && \
		$(BIN)/uv pip install --quiet --python .venv-versions --resolution $$end --editable '.[dev]' && \
		.venv-versions/bin/pytest -n auto -k 'not mysql and not mariadb and not postgresql' $(VERSION_TESTS) || exit 1; \
	done; done

lint: .venv/installed
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy

lock: .venv/installed
	@$(BIN)/uv pip compile --quiet --generate-hashes --no-header --no-annotate --no-emit-index-url --all-extras \
		--python-version 3.11 --output-file requirements.lock pyproject.toml build-requirements.in

clean:
	rm -rf .venv .venv-versions terp.db terp.db.terp_seeding_global
