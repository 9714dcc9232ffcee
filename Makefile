# What can be done here. `make` alone says so.
#
# Everything is done in order, also under `make -j`: the targets share one build folder, which SwiftPM locks.
.NOTPARALLEL:
.DEFAULT_GOAL := help
SHELL := bash
.SHELLFLAGS := -o pipefail -c

SWIFT ?= swift
# A target that imports what it does not declare fails the build. SwiftPM then prints "Build complete!" all the same and exits with 1.
BUILD_FLAGS := --explicit-target-dependency-import-check error
FORMATTED := Sources Tests Tools $(wildcard Benchmarks) Package.swift
# Far more than they take: a test that hangs must not hold a machine for hours.
TEST_TIME_MAX := 60m
# Tests that only calculate, some for minutes, and hold a thread while they do: apart from those with real time-outs.
CALCULATING := ^(FleetTests|WindowsTests|RulesTests|PlanningTests|ReplacingTests|SimulationTests)\.|^RoundsTests\.(?!.*recorded cluster)
# Tests that take minutes by themselves.
SLOW := ^(TerraformTests|ActingTests|WholeTests)\.
RULE_TESTS := rules
MAYFLY := .build/debug/mayfly
BENCH := .build/release/bench
SIMULATE := .build/release/simulate
SEED ?= 1
COUNT ?= 200
# Where `make install` puts what, and which program; DESTDIR goes before all of it, for packages.
PREFIX ?= /usr/local
SYSCONFDIR ?= /etc
DESTDIR ?=
BINARY ?= .build/release/mayfly

# Tests talk over real sockets with real time-outs: all at once, on a small machine, they would run into each other's.
export SWT_EXPERIMENTAL_MAXIMUM_PARALLELIZATION_WIDTH ?= 4

# The tests start moto, and the bench its canned server, with this interpreter.
export MAYFLY_PYTHON := $(CURDIR)/.venv/bin/python3

.PHONY: help deps deps-system deps-python deps-alertmanager deps-sshd deps-systemd build release install uninstall build-tests test test-slow test-whole only demo soak check lint deciding rules-test bench bench-events simulate simulate-events simulate-interruptions simulate-mutants simulate-refresh format completions clean

help: ## say what can be done
	@echo "Mayfly. On a fresh Debian or Ubuntu with Swift 6.3, these two do all the set-up that they need:"
	@echo
	@echo "  make demo          run the daemon against an invented cluster"
	@echo "  make test          run all tests"
	@echo
	@echo "All targets:"
	@sed -n 's/^\([a-z-]*\):[^#]*## \(.*\)/  make \1 ~\2/p' Makefile | while IFS='~' read -r name text; do printf '%-20s %s\n' "$$name" "$$text"; done

deps: deps-system deps-python deps-alertmanager deps-sshd deps-systemd ## install what is missing: system packages, a Python environment for moto and the bench; for the tests an Alertmanager, an SSH server, and what reads units and manual pages

deps-system:
	@scripts/deps.sh system

deps-python: deps-system
	@scripts/deps.sh python

deps-alertmanager: deps-system
	@scripts/deps.sh alertmanager

deps-sshd: deps-system
	@scripts/deps.sh sshd

deps-systemd: deps-system
	@scripts/deps.sh systemd

build: deps-system ## build the program, with warnings as errors and imports checked
	@scripts/quietly.sh "Building the program" $(SWIFT) build $(BUILD_FLAGS)

release: deps-system ## build the program as it is installed: optimised, with Swift's own libraries in it
	@scripts/quietly.sh "Building the program in release" $(SWIFT) build -c release --static-swift-stdlib --product mayfly

install: ## put program, units, configuration, rules, manual pages and completions in place: make release, then make install as root (PREFIX=/usr/local DESTDIR=)
	@PREFIX='$(PREFIX)' SYSCONFDIR='$(SYSCONFDIR)' DESTDIR='$(DESTDIR)' BINARY='$(BINARY)' scripts/install.sh install

uninstall: ## remove them again, but for what was edited (PREFIX and DESTDIR as they were)
	@PREFIX='$(PREFIX)' SYSCONFDIR='$(SYSCONFDIR)' DESTDIR='$(DESTDIR)' scripts/install.sh uninstall

build-tests: deps-system
	@scripts/quietly.sh "Building the program and its tests" $(SWIFT) build --build-tests $(BUILD_FLAGS)

test: deps build-tests ## run all tests, moto with signatures verified among them
	@echo "==> Testing what talks to others"
	@timeout --kill-after=30s $(TEST_TIME_MAX) $(SWIFT) test --skip-build --disable-xctest --skip '$(CALCULATING)' --skip '$(SLOW)' 2>&1 </dev/null | scripts/only-news.sh
	@echo "==> Testing what only calculates"
	@timeout --kill-after=30s $(TEST_TIME_MAX) $(SWIFT) test --skip-build --disable-xctest --filter '$(CALCULATING)' 2>&1 </dev/null | scripts/only-news.sh

test-slow: deps build-tests ## run the tests that take minutes: every call with every trouble, a real Terraform against moto
	@echo "==> Testing what takes its time"
	@timeout --kill-after=30s $(TEST_TIME_MAX) $(SWIFT) test --skip-build --disable-xctest --filter '^(TerraformTests|ActingTests)\.' 2>&1 </dev/null | scripts/only-news.sh

test-whole: deps build-tests ## the daemon from end to end: refreshes the invented cluster, agents in moto and by Terraform, meets mishaps, is killed on the way: half an hour on two cores that do nothing else
	@echo "==> Testing the whole"
	@timeout --kill-after=30s $(TEST_TIME_MAX) $(SWIFT) test --skip-build --disable-xctest --filter '^WholeTests\.' 2>&1 </dev/null | scripts/only-news.sh

only: deps ## build and run only some test targets, with what they need: make only TESTS=AWS,Wire
	@test -n "$(TESTS)" || { echo "name test targets without their last word, for example: make only TESTS=AWS,Wire"; exit 2; }
	@MAYFLY_TESTS=$(TESTS) scripts/quietly.sh "Building only the tests of $(TESTS)" $(SWIFT) build --build-tests $(BUILD_FLAGS)
	@echo "==> Testing only $(TESTS)"
	@MAYFLY_TESTS=$(TESTS) timeout --kill-after=30s $(TEST_TIME_MAX) $(SWIFT) test --skip-build --disable-xctest 2>&1 </dev/null | scripts/only-news.sh

demo: build ## run the daemon against an invented cluster behind real sockets; Ctrl-C ends it
	@echo "==> $(MAYFLY) demo $(ARGS)"
	@$(MAYFLY) demo $(ARGS)

soak: build ## a week of the invented cluster in ten minutes, with kill -9: is anything lost, does anything grow? (ARGS=--help)
	@echo "==> scripts/soak.py $(MAYFLY) $(ARGS)"
	@scripts/soak.py $(MAYFLY) $(ARGS)

check: lint deciding test test-slow rules-test ## all that must hold before a commit: format, tidy, both builds, all tests, rule tests
	@echo "==> All checks passed"

lint:
	@scripts/quietly.sh "Checking the format" $(SWIFT) format lint --strict --parallel --recursive $(FORMATTED)

deciding: deps-system ## build and test the targets that decide, without NIO and GRDB, in seconds
	@scripts/deciding.sh

rules-test: build ## check and test the shipped rule files
	@echo "==> Testing the shipped rules"
	@$(MAYFLY) rules test $(RULE_TESTS)

bench: deps ## measure a round over 10,000 agents and instances, and a back-test of 30 days of 1,000 nodes (release build; some minutes the first time)
	@scripts/quietly.sh "Building the bench in release" $(SWIFT) build -c release --product bench
	@scripts/quietly.sh "Generating its answers" "$(MAYFLY_PYTHON)" Benchmarks/generate.py .bench
	@echo "==> $(BENCH)"
	@$(BENCH) .bench
	@echo "==> $(BENCH) backtest"
	@$(BENCH) backtest

bench-events: deps ## how long it takes from what happens to the finding, at 2,000 agents, with events and by polls alone, and what rounds cost (release build; ten minutes)
	@scripts/quietly.sh "Building the bench in release" $(SWIFT) build -c release --product bench
	@scripts/quietly.sh "Generating its answers" "$(MAYFLY_PYTHON)" Benchmarks/generate.py .bench/2000 --agents 2000 --tasks 8000
	@echo "==> $(BENCH) rounds .bench/2000"
	@$(BENCH) rounds .bench/2000
	@echo "==> $(BENCH) events .bench/2000"
	@$(BENCH) events .bench/2000

simulate: deps-system ## runs of the real round over the invented cluster, checked from its side: make simulate SEED=1 COUNT=2000 (LOG=1: tell all, TWO=1: two daemons, EVENTS=1: Mesos' events, with what goes wrong with them)
	@scripts/quietly.sh "Building the simulation in release" $(SWIFT) build -c release --product simulate
	@echo "==> $(SIMULATE) --seed $(SEED) --count $(COUNT)"
	@$(SIMULATE) --seed $(SEED) --count $(COUNT) $(if $(LOG),--log) $(if $(TWO),--two) $(if $(EVENTS),--events)

simulate-events: deps-system ## the same failures by polls alone and with events, lost, late, twice and contradicted: the same must be decided at rest (SEED=1 COUNT=200)
	@scripts/quietly.sh "Building the simulation in release" $(SWIFT) build -c release --product simulate
	@echo "==> $(SIMULATE) --at-rest --seed $(SEED) --count $(COUNT)"
	@$(SIMULATE) --at-rest --seed $(SEED) --count $(COUNT) $(if $(LOG),--log)

simulate-interruptions: deps-system ## one replacement in each order, with the program ended at each commit and each call, and each call failing in each way, in turn (ONLY=text LOG=1)
	@scripts/quietly.sh "Building the simulation in release" $(SWIFT) build -c release --product simulate
	@echo "==> $(SIMULATE) --interruptions"
	@$(SIMULATE) --interruptions $(if $(ONLY),--only "$(ONLY)") $(if $(LOG),--log)

simulate-mutants: deps-system ## breaks each gate, second look and order in turn, and lists what tells: make simulate-mutants (ONLY=text SEEDS=30)
	@scripts/quietly.sh "Building the mutants in release" $(SWIFT) build -c release --product simulate-mutants
	@.build/release/simulate-mutants $(if $(ONLY),--only "$(ONLY)") $(if $(SEEDS),--seeds $(SEEDS))

simulate-refresh: deps-system ## how long the refresh of a whole cluster takes, against the least that it can take: make simulate-refresh (SEED=1 SEEDS=20; APPS=1: with Marathon's apps, and hosts that fail meanwhile)
	@scripts/quietly.sh "Building the refresh in release" $(SWIFT) build -c release --product simulate-refresh
	@.build/release/simulate-refresh --seed $(SEED) --count $(if $(SEEDS),$(SEEDS),20) $(if $(APPS),--apps) $(if $(LOG),--log)

format: ## rewrite the sources as the formatter wants them
	@echo "==> Formatting $(FORMATTED)"
	@$(SWIFT) format --in-place --parallel --recursive $(FORMATTED)

completions: build ## write shell completions to .build/completions
	@mkdir -p .build/completions
	@$(MAYFLY) --generate-completion-script bash > .build/completions/mayfly.bash
	@$(MAYFLY) --generate-completion-script zsh > .build/completions/_mayfly
	@$(MAYFLY) --generate-completion-script fish > .build/completions/mayfly.fish
	@echo "==> .build/completions: mayfly.bash, _mayfly, mayfly.fish"

clean: ## remove all that was built, the Python environment and the bench's data
	@echo "==> Removing .build .build-deciding .venv .bench"
	@rm -rf .build .build-deciding .venv .bench
