# Everything here sets up by itself what it needs (see tools/setup), and leaves the system's PostgreSQL
# alone, "install" aside. PG_MAJOR chooses the PostgreSQL to build for, demonstrate and test on.

export PG_MAJOR ?= 15
PG_CONFIG ?= pg_config

.PHONY: help demo test test-rust test-fuzz test-sql fuzz stress bench lint check-majors install clean
.NOTPARALLEL:

help: ## List these targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 20

demo: ## Build the extension and show what it does, on a throw-away server
	@tools/install
	@tools/with-cluster psql --no-psqlrc --pset=pager=off --set=ON_ERROR_STOP=1 \
		--set=fixtures="$$PWD/tests/fixtures" --file=demo/demo.sql

test: ## Run every test
	@$(MAKE) --no-print-directory --keep-going test-rust test-fuzz test-sql

test-rust: ## Run the Rust tests, those inside a server included
	@tests/run-rust

test-fuzz: ## Fuzz every reader and writer of Amazon's formats for seconds
	@tests/run-fuzz

test-sql: ## Run the SQL tests; "tests/run NAME" runs one
	@tests/run

fuzz: ## Fuzz them for ten minutes each
	@tests/run-fuzz 600

stress: ## Let many clients run random statements for minutes; "tests/stress --help" tells more
	@tests/stress

bench: ## Measure rfba beside what it is measured against; "bench/run NAME" runs one
	@bench/run

lint: ## Check formatting, and clippy's warnings
	@tools/cargo fmt --check
	@tools/cargo fmt --check --manifest-path fuzz/Cargo.toml
	@tools/cargo clippy --all-targets --no-default-features --features pg$(PG_MAJOR) -- -D warnings
	@tools/cargo clippy --locked --manifest-path fuzz/Cargo.toml -- -D warnings

check-majors: ## Type-check for every PostgreSQL that is supported
	@tools/check-majors

install: ## Install the extension into the PostgreSQL of PG_CONFIG
	@tools/install "$(PG_CONFIG)"

clean: ## Remove all that was built, the private PostgreSQL included
	@readlink -zf target/postgresql-* | xargs -0r rm -rf --
	@rm -rf target fuzz/target fuzz/corpus
