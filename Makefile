# `make` alone prints what there is. Every target sets up what it needs; with everything in place none needs a network.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
PREFIX ?= /usr/local
SOURCES := Package.swift Sources Tests

.PHONY: help deps build demo test room check lint format docs oracles bench coverage mutate fuzz fuzz-measures control-groups install clean

help: ## Print this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

deps: ## Install the Debian packages and unpack the native libraries into .deps/
	@.tools/deps

build: deps ## Build for debugging
	@swift build

demo: build ## The main job on real data: a gated server, training, verdicts, a signed ledger
	@.tools/demo

test: deps ## Run every test
	@swift test

room: deps ## Run the tests of some rooms only, such as ROOM=Metrics,Statistics; FILTER= narrows further
	@PROVISO_ROOM='$(ROOM)' swift build --product ProvisoArrow
	@PROVISO_ROOM='$(ROOM)' swift build --product provisoPackageTests
	@PROVISO_ROOM='$(ROOM)' swift test --skip-build $(if $(FILTER),--filter '$(FILTER)')

check: deps lint ## What CI runs: lint, arrows, file sizes, warnings as errors, tests, demo
	@.tools/check

lint: ## Check the format of the sources
	@swift format lint --strict --recursive --parallel $(SOURCES)

format: ## Format the sources in place
	@swift format format --in-place --recursive --parallel $(SOURCES)

docs: build ## Write the generated reference pages and JSON Schemas anew
	@.tools/embed-packs
	@swift build
	@.build/debug/proviso reference --output Docs/reference

oracles: deps ## Make the oracle figures anew with the Python peers (needs PyPI)
	@.tools/oracles

bench: deps ## Measure us and the peers side by side; ONLY='scoring measures' for some of the sections
	@.tools/bench $(if $(ONLY),--only $(ONLY))

coverage: deps ## Simulate how often intervals hold the truth and gates of equal models are held up (TRIALS, default 4000)
	@swift build -c release --static-swift-stdlib --product ProvisoArrow >&2
	@swift build -c release --static-swift-stdlib --product CoverageBenchmark >&2
	@.build/release/CoverageBenchmark $(or $(TRIALS),4000)

mutate: deps ## Invert each comparison in the judge; every inversion must fail a test
	@Tests/Mutation/judge

fuzz: deps ## Fuzz the expression engine for FUZZ_SECONDS (default 600)
	@.tools/fuzz

fuzz-measures: build ## Random tables by us and by the Python peers (FUZZ_TABLES, FUZZ_SEED; needs PyPI once)
	@[ -x .venv/bench/bin/python ] || { python3 -m venv .venv/bench && .venv/bench/bin/pip install -q -r Tests/Benchmarks/requirements.txt; }
	@.venv/bench/bin/python -W ignore Tests/Fuzz/measures.py

install: deps ## Build for release and install under PREFIX (default /usr/local)
	@PREFIX='$(PREFIX)' .tools/install

control-groups: ## Run the sandbox's tests under control groups of version 2, in user-mode Linux (root; Debian's archive once)
	@swift build --build-tests
	@.tools/cgroup2

clean: ## Remove what was built; .deps/ stays
	@rm -rf .build .build-fuzz .fuzz .demo
