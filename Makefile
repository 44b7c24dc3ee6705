# make demo     build fleet, start a real 4-node Slurm cluster on this machine, show the commands on it
# make test     every test, those on real clusters too
# make release  the binary to install: .build/release/fleet (SLURM_PREFIX=/opt/slurm for a Slurm outside /usr)
# make install  PREFIX=/usr/local
.POSIX:
.PHONY: build demo test unit-test cluster-test release install lint format headers dependencies clean

PREFIX ?= /usr/local

build: dependencies
	scripts/build build --product fleet

demo: build
	examples/demo

test: unit-test cluster-test

unit-test: dependencies
	scripts/build build --build-tests
	scripts/build test --skip-build --skip ClusterTests

cluster-test: dependencies
	scripts/build build --build-tests
	FLEET_REQUIRE_CLUSTER=1 scripts/build test --skip-build --filter ClusterTests

release:
	scripts/build build -c release --static-swift-stdlib -Xlinker -s --product fleet

install:
	install -d $(DESTDIR)$(PREFIX)/bin
	install -m 755 "$$(scripts/build build -c release --static-swift-stdlib --show-bin-path)/fleet" $(DESTDIR)$(PREFIX)/bin/fleet

lint:
	swift format lint --strict --recursive Package.swift Sources Tests
	shellcheck scripts/* examples/demo examples/demo-cluster/cluster examples/demo-cluster/lib/*.sh .ci/run
	shellcheck -s sh -e SC2154,SC2034 Sources/FleetCore/Probes/Scripts/*.sh examples/demo-cluster/standins/*[!l]

format:
	swift format --in-place --recursive Package.swift Sources Tests

headers:
	scripts/check-slurm-headers

dependencies:
	scripts/install-dependencies

clean:
	rm -rf .build
