# Every target sets up what is missing first. `make help` lists them.
.POSIX:
.DEFAULT_GOAL := help
.PHONY: help setup demo test check format conformance bench interop locks clean

help: ## list the targets
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1|\2/p' Makefile | awk -F'|' '{ printf "%-20s %s\n", $$1, $$2 }'

setup: ## build .venv; install LibreOffice and fonts where apt is allowed
	@sh tools/setup.sh

demo: setup ## run the main job on example data, into ./demo (or demo-2, demo-3, …)
	@sh tools/demo.sh

test: setup ## every check and every test that needs nothing beside this folder
	@sh tools/steps.sh test

check: setup ## the checks without the tests
	@sh tools/steps.sh check

format: setup ## format the code and repair what ruff can repair
	@.venv/bin/ruff format
	@.venv/bin/ruff check --fix

conformance: setup ## compare with the public vectors in ../shared, if they are there
	@sh tools/steps.sh conformance

bench: setup ## run every benchmark
	@sh tools/steps.sh bench

interop: setup ## let sha256sum, openssl, qpdf, veraPDF, the ODF validator and others check what the demo wrote
	@sh tools/steps.sh interop

locks: setup ## write the locked requirements again, newest versions
	@sh tools/locks.sh

clean: ## remove the environment and every cache; never a workspace
	@rm -rf .venv .tools .cache .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache dist
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
