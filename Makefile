# make build        fleet, to try it: .build/debug/fleet; what 'make' alone does
# make demo         build fleet, start a real 4-node Slurm cluster on this machine, show the commands on it: a minute once built,
#                   and up to 10 for the first build; KEEP=1 leaves the cluster up, with what to try on it
# make test         every test, those on real clusters too; says first what it will do and how long that takes
# make test RELEASES="22.05 24.11 26.05"  the chosen cluster tests on those releases of Slurm as well
# make unit-test    the tests that need no cluster
# make cluster-test the tests on real clusters, as root
# make pcluster-test the tests of fleet cluster, with the real pcluster on an AWS of their own
# make release      the binary to install: .build/release/fleet (SLURM_PREFIX=/opt/slurm for a Slurm outside /usr)
# make packages     fleet_VERSION_amd64.deb and a .tar.xz in .build/package, with a fleet for each release of Slurm that Debian has;
# make packages PREFIXES="/opt/slurm"  a fleet for the Slurms there as well
# make package-test a package, not optimised unless FLEET_PACKAGE_CONFIGURATION=release, in roots of three Debians, on live clusters, as root
# make release-test the chosen cluster tests on RELEASES other than this machine's, as root, with the fleets of that package
# make package-to-test what those two try: a package that is not optimised, made anew only where its files have changed
# make roots        those root file systems, in /var/tmp/fleet-roots
# make man          a manual page per command, from what the --help of 'make release' says
# make install      PREFIX=/usr/local: the binary, completion for bash, zsh and fish, a timer to enable, and what 'make man' made
# make cases        inputs that fleet once judged wrongly (../shared/cases), on a demo cluster: case, expected, got
# make bench        fleet against srun, sbatch, clush and pdsh, at the sizes of the goals or on clusters of SIZES nodes: bench/README.md
# make fuzz         the readers of what others write get damaged input for FUZZ seconds each, and what unit tests try a few times
#                   or in small is tried often and in large; nothing beside them
# make sanitize     the unit tests under ThreadSanitizer, then under AddressSanitizer
# make lint         format, scripts, documents against docs/schemas, workflows
# make headers      CSlurm.h against every supported Slurm's headers
# make format       put the Swift files into the project's format
# make dependencies install the Debian packages that all of this needs, as root
# make clean        remove what was built
# make help         these lines
.POSIX:
.PHONY: build demo test unit-test cluster-test release-test package-test package-to-test roots packages pcluster-test fuzz sanitize release man install bench cases lint format headers dependencies clean help

PREFIX ?= /usr/local
KEEP ?=
FUZZ ?= 60
# Which tests; where it is empty, those that scripts/at-length reads from the sources.
FUZZED ?=
# Where it is empty: what has a goal, at the sizes of the goals.
SIZES ?=
# This machine's own is what cluster-test runs on.
RELEASES ?=
OWN = $(shell sed -n 's/^.define SLURM_VERSION_NUMBER 0x\(..\)\(..\)..$$/\1 \2/p' /usr/include/slurm/slurm_version.h 2>/dev/null | { read -r a b && printf '%d.%02d' 0x$$a 0x$$b; })
OTHERS = $(filter-out $(OWN),$(RELEASES))

build: dependencies
	scripts/build build --product fleet

demo:
	@echo "make demo: builds fleet (the first time up to 10 min), then a minute on a cluster; KEEP=1 leaves it up"
	$(MAKE) build
	KEEP="$(KEEP)" examples/demo

test:
	@echo "make test, on 2 cores: 1. build, up to 10 min the first time; 2. unit tests"
	@echo "  (1 min; what is tried often and in large is 'make fuzz'); 3. tests on real Slurm clusters that come and go on this"
	@echo "  machine, about 28 min, as root; 4. the real pcluster against an AWS stand-in on loopback, 10 min."
	$(MAKE) unit-test
	$(MAKE) cluster-test
	[ -z "$(OTHERS)" ] || $(MAKE) release-test
	$(MAKE) pcluster-test

unit-test: dependencies
	scripts/build build --build-tests --explicit-target-dependency-import-check error
	scripts/test --skip "^ClusterTests" --skip PclusterTests

cluster-test: dependencies
	scripts/build build --build-tests
	rm -rf .build/documents && mkdir .build/documents
	FLEET_KEEP_DOCUMENTS="$$PWD/.build/documents" FLEET_REQUIRE_CLUSTER=1 FLEET_TEST_LOG=".build/releases/$(OWN).log" \
		scripts/test --filter "^ClusterTests"
	scripts/check-schemas .build/documents/*.json

# A root that cannot be made is a failure: nothing is skipped here.
roots:
	scripts/install-dependencies --roots
	scripts/slurm-root make 22.05 24.11 26.05

# Optimised programs take ten times as long, and what is packed where is the same.
package-to-test: dependencies
	FLEET_PACKAGE_CONFIGURATION=$${FLEET_PACKAGE_CONFIGURATION:-debug} scripts/package --unless-made

release-test: package-to-test roots
	scripts/build build --build-tests
	scripts/test-release $(or $(OTHERS),24.11 26.05)
	scripts/release-table --check

package-test: package-to-test roots
	scripts/test-package

packages: dependencies
	PREFIXES="$(PREFIXES)" scripts/package

# One after the other: each build takes some GiB. The limits of memory and descriptors that some tests give to processes of
# their own are left out: a sanitizer's own memory does not fit in. AddressSanitizer's search for leaks is off: the test
# library and Swift's runtime hold what they never free.
sanitize: dependencies
	for kind in thread:tsan address:asan; do \
		scripts/build build --build-tests --scratch-path ".build-$${kind#*:}" --sanitize "$${kind%:*}" && \
		FLEET_SANITIZED=1 ASAN_OPTIONS=detect_leaks=0 TSAN_OPTIONS="suppressions=$$PWD/scripts/tsan-suppressions" \
			TEST_WIDTH=8 TEST_SCRATCH=".build-$${kind#*:}" scripts/test --skip "^ClusterTests" --skip PclusterTests || exit; \
	done

# By itself, and few at a time: beside many others nobody gets the time that limits count, and all of them compute.
fuzz: dependencies
	scripts/build build --build-tests
	only="$(FUZZED)" && only="$${only:-$$(scripts/at-length)}" && TEST_WIDTH=8 FLEET_FUZZ_SECONDS=$(FUZZ) scripts/test --filter "$$only"

pcluster-test: dependencies
	scripts/install-dependencies --pcluster
	scripts/build build --build-tests
	rm -rf .build/cluster-documents && mkdir .build/cluster-documents
	FLEET_KEEP_DOCUMENTS="$$PWD/.build/cluster-documents" FLEET_REQUIRE_PCLUSTER=1 scripts/test --filter PclusterTests
	scripts/check-schemas .build/cluster-documents/*.json

release:
	FLEET_FOR_THIS_MACHINE=1 scripts/build build -c release --static-swift-stdlib -Xlinker -s --product fleet
	FLEET_FOR_THIS_MACHINE=1 scripts/build build -c release --static-swift-stdlib -Xlinker -s --product fleet-cluster

man:
	built="$$(scripts/build build -c release --static-swift-stdlib --show-bin-path)" && rm -rf "$$built/manual" && \
	"$$built/fleet" manual-pages "$$built/manual"

install:
	scripts/install "$$(scripts/build build -c release --static-swift-stdlib --show-bin-path)" "$(DESTDIR)$(PREFIX)" "$(PREFIX)"

bench:
	scripts/install-dependencies --bench
	[ -n "$$FLEET_BINARY" ] || $(MAKE) release
	bench/run $(or $(SIZES),--goals)

cases: build
	scripts/cases

lint:
	swift format lint --strict --recursive Package.swift Sources Tests
	shellcheck $$(grep -l '^#!/usr/bin/env bash' scripts/*) examples/aws-stand-in/stand-in examples/aws-stand-in/ssm-agent examples/demo examples/demo-cluster/cluster examples/demo-cluster/lib/*.sh .ci/run bench/drain bench/rivals/*
	shellcheck -s sh -e SC2154,SC2034 Sources/*/Scripts/*.sh $$(grep -l "^#!/bin/sh" examples/demo-cluster/standins/*) \
		examples/demo-cluster/standins/functions.sh examples/probes/*.sh examples/health-check/fleet-health-check
	scripts/check-files
	scripts/check-schemas

format:
	swift format --in-place --recursive Package.swift Sources Tests

headers:
	scripts/check-slurm-headers

dependencies:
	scripts/install-dependencies

clean:
	rm -rf .build

help:
	@sed -n 's/^# \(make .*\)/\1/p' Makefile
