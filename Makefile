# make build        fleet, to try it: .build/debug/fleet; what 'make' alone does
# make demo         build fleet, start a real 4-node Slurm cluster on this machine, show the commands on it
# make test         every test, those on real clusters too; says first what it will do and how long that takes
# make test RELEASES="22.05 24.11 26.05"  the chosen cluster tests on those releases of Slurm as well
# make unit-test    the tests that need no cluster
# make cluster-test the tests on real clusters, as root
# make pcluster-test the tests of fleet cluster, with the real pcluster on an AWS of their own
# make release      the binary to install: .build/release/fleet (SLURM_PREFIX=/opt/slurm for a Slurm outside /usr)
# make packages     fleet_VERSION_amd64.deb and a .tar.xz in .build/package, with a fleet for each release of Slurm that Debian has;
# make packages PREFIXES="/opt/slurm"  a fleet for the Slurms there as well
# make package-test the package in root file systems of three Debians, on live clusters, as root
# make release-test the chosen cluster tests on RELEASES other than this machine's, as root
# make man          a manual page per command, from what the --help of 'make release' says
# make install      PREFIX=/usr/local: the binary, completion for bash, zsh and fish, a timer to enable, and what 'make man' made
# make cases        inputs that fleet once judged wrongly (../shared/cases), on a demo cluster: case, expected, got
# make bench        fleet against srun, sbatch, clush and pdsh on clusters of SIZES nodes: bench/README.md
# make fuzz         the readers of what others write get damaged input for FUZZ seconds each, and nothing beside them
# make sanitize     the unit tests under ThreadSanitizer, then under AddressSanitizer
# make lint         format, scripts, documents against docs/schemas, workflows
# make headers      CSlurm.h against every supported Slurm's headers
# make format       put the Swift files into the project's format
# make dependencies install the Debian packages that all of this needs, as root
# make clean        remove what was built
# make help         these lines
.POSIX:
.PHONY: build demo test unit-test cluster-test release-test package-test packages pcluster-test fuzz sanitize release man install bench cases lint format headers dependencies clean help

PREFIX ?= /usr/local
FUZZ ?= 60
FUZZED ?= Fuzz|Propert|HistoryFault|HistoryProcess|GPUHostileAnswer|GPUMutation|GPUKernelOrder|WrapperTrust
SIZES ?= 16 64 256 1000
# This machine's own is what cluster-test runs on.
RELEASES ?=
OTHERS = $(filter-out $(shell sed -n 's/^.define SLURM_VERSION_NUMBER 0x\(..\)\(..\)..$$/\1 \2/p' /usr/include/slurm/slurm_version.h 2>/dev/null | { read -r a b && printf '%d.%02d' 0x$$a 0x$$b; }),$(RELEASES))

build: dependencies
	scripts/build build --product fleet

demo: build
	examples/demo

test:
	@echo "make test, on 2 cores: 1. build, up to 10 min the first time; 2. unit tests"
	@echo "  (2 min; damaged input at length is 'make fuzz'); 3. tests on real Slurm clusters that come and go on this"
	@echo "  machine, about 15 min, as root; 4. the real pcluster against an AWS stand-in on loopback, 5 min."
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
	FLEET_KEEP_DOCUMENTS="$$PWD/.build/documents" FLEET_REQUIRE_CLUSTER=1 \
		scripts/test --filter "^ClusterTests"
	scripts/check-schemas .build/documents/*.json

# A root that cannot be made is a failure: nothing is skipped here.
release-test: dependencies
	scripts/install-dependencies --roots
	scripts/build build --build-tests
	[ -d .build/package ] || $(MAKE) packages
	scripts/test-release $(OTHERS)
	scripts/release-table --check

packages: dependencies
	PREFIXES="$(PREFIXES)" scripts/package

package-test:
	scripts/install-dependencies --roots
	[ -d .build/package ] || $(MAKE) packages
	scripts/test-package

# One after the other: each build takes some GiB. What is skipped starts processes under limits of memory or descriptors,
# which a sanitizer's own do not fit in, or reads and writes SQLite, whose C code is not built with the sanitizer.
sanitize: dependencies
	for kind in thread:tsan address:asan; do \
		FLEET_SANITIZED=1 FLEET_FUZZ_SECONDS=1 ASAN_OPTIONS=detect_leaks=0 TSAN_OPTIONS="suppressions=$$PWD/scripts/tsan-suppressions" \
			scripts/build test --scratch-path ".build-$${kind#*:}" \
			--sanitize "$${kind%:*}" --skip ClusterTests || exit; \
	done

# By itself: beside hundreds of other tests nobody gets the time that limits count.
fuzz: dependencies
	scripts/build build --build-tests
	FLEET_FUZZ_SECONDS=$(FUZZ) scripts/test --filter "$(FUZZED)"

pcluster-test: dependencies
	scripts/install-dependencies --pcluster
	scripts/build build --build-tests
	rm -rf .build/cluster-documents && mkdir .build/cluster-documents
	FLEET_KEEP_DOCUMENTS="$$PWD/.build/cluster-documents" FLEET_REQUIRE_PCLUSTER=1 scripts/test --filter PclusterTests
	scripts/check-schemas .build/cluster-documents/*.json

release:
	scripts/build build -c release --static-swift-stdlib -Xlinker -s --product fleet
	scripts/build build -c release --static-swift-stdlib -Xlinker -s --product fleet-cluster

man:
	scripts/build build --product generate-manual
	built="$$(scripts/build build -c release --static-swift-stdlib --show-bin-path)" && rm -rf "$$built/manual" && mkdir -p "$$built/manual" && \
	"$$(scripts/build build --show-bin-path)/generate-manual" "$$built/fleet" --multi-page --output-directory "$$built/manual" && \
	rm "$$built/manual/fleet.help.1" "$$built/manual/fleet.slurm-answer.1"

install:
	scripts/install "$$(scripts/build build -c release --static-swift-stdlib --show-bin-path)" "$(DESTDIR)$(PREFIX)" "$(PREFIX)"

bench:
	scripts/install-dependencies --bench
	[ -n "$$FLEET_BINARY" ] || $(MAKE) release
	bench/run $(SIZES)

cases: build
	scripts/cases

lint:
	swift format lint --strict --recursive Package.swift Sources Tests
	shellcheck $$(grep -l '^#!/usr/bin/env bash' scripts/*) examples/aws-stand-in/stand-in examples/demo examples/demo-cluster/cluster examples/demo-cluster/lib/*.sh .ci/run bench/drain bench/rivals/*
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
