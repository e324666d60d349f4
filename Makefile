# Two commands for a newcomer: `make demo` (any verdict is a success of make) and `make test`. Both install what is missing (Debian, apt, root) and say what
# they do. `make lint`, `make protocol` and `make clean` are for developers.

SHELL := /bin/bash
BUILD := swift build --explicit-target-dependency-import-check error
PROGRAM := .build/debug/faultline
EXPERIMENT ?= Experiments/web-failover.yaml
RESULTS ?= Results

# What building, the lab's experiments and the tests need, each with the file or program that shows that it is there.
PACKAGES := pkg-config:/usr/bin/pkg-config libnl-3-dev:/usr/include/libnl3/netlink/netlink.h \
	libnl-route-3-dev:/usr/include/libnl3/netlink/route/link/veth.h libmnl-dev:/usr/include/libmnl/libmnl.h \
	libnftnl-dev:/usr/include/libnftnl/rule.h libsqlite3-dev:/usr/include/sqlite3.h libpcap-dev:/usr/include/pcap/pcap.h libssl-dev:/usr/include/openssl/ssl.h \
	libnghttp2-dev:/usr/include/nghttp2/nghttp2.h \
	nginx-light:/usr/sbin/nginx haproxy:/usr/sbin/haproxy
TEST_PACKAGES := nftables:/usr/sbin/nft iproute2:/sbin/ip iputils-ping:/bin/ping procps:/bin/ps curl:/usr/bin/curl \
	chromium:/usr/bin/chromium qemu-system-x86:/usr/bin/qemu-system-x86_64 busybox-static:/bin/busybox kmod:/sbin/modprobe \
	cpio:/bin/cpio iptables:/usr/sbin/iptables-nft-restore redis-server:/usr/bin/redis-server \
	postgresql-15:/usr/lib/postgresql/15/bin/postgres dnsmasq-base:/usr/sbin/dnsmasq etcd-server:/usr/bin/etcd \
	python3-venv:/usr/share/doc/python3-venv debootstrap:/usr/sbin/debootstrap dpkg-dev:/usr/bin/dpkg-shlibdeps \
	systemd:/usr/bin/systemd-analyze runc:/usr/sbin/runc docker.io:/usr/sbin/dockerd podman:/usr/bin/podman \
	lxd:/usr/bin/lxd lxd-client:/usr/bin/lxc lxc:/usr/bin/lxc-start containerd:/usr/bin/containerd \
	containernetworking-plugins:/usr/lib/cni/ptp buildah:/usr/bin/buildah openssl:/usr/bin/openssl \
	dbus-daemon:/usr/bin/dbus-daemon libsystemd0:/usr/share/doc/libsystemd0 \
	python3-dbus:/usr/share/doc/python3-dbus python3-gi:/usr/share/doc/python3-gi
STATIC := swift build -c release --static-swift-stdlib --scratch-path .build/static \
	-Xlinker -s -Xswiftc -Xclang-linker -Xswiftc -no-pie
RELEASE := .build/static/release/faultline
IMAGE_PACKAGES := debootstrap:/usr/sbin/debootstrap buildah:/usr/bin/buildah
BENCH_PACKAGES := python3-venv:/usr/share/doc/python3-venv
LOAD_PACKAGES := wrk:/usr/bin/wrk util-linux:/usr/bin/taskset redis-server:/usr/bin/redis-server \
	redis-tools:/usr/bin/redis-benchmark nghttp2-client:/usr/bin/h2load openssl:/usr/bin/openssl \
	postgresql-15:/usr/lib/postgresql/15/bin/pgbench
CLOCK_PACKAGES := chrony:/usr/sbin/chronyd iproute2:/sbin/ip iputils-ping:/bin/ping

.PHONY: release manual deb image test-packaging demo bench bench-fleet bench-fleet-simulated bench-queue bench-arming bench-edges bench-clock bench-split bench-load bench-stock-kernel bench-death test-kill-points build test test-quick test-live test-stock-kernel lint format protocol install install-test clean help

demo: build
	@echo "== running $(EXPERIMENT): it takes as long as the experiment, and needs root for network namespaces"
	@$(PROGRAM) run $(EXPERIMENT) --results $(RESULTS); code=$$?; \
		echo "== the program's exit code: $$code (0 met, 1 missed, 3 inconclusive; see README)"; \
		case $$code in 0|1|3) exit 0 ;; *) exit $$code ;; esac

build: install
	@echo "== building faultline: the first time takes some minutes, most of it in gRPC and its TLS library"
	@$(BUILD) --product faultline

# Tests that only compute run side by side; those that measure run alone, since neighbours would be measured too. Each
# target of these has a process of its own: exit tests and Foundation's Process wait for the same children in one.
LIVE := ConsoleTests SocketDiagTests ClockSyncTests CaptureTests SystemdTests AgentTests LoadTests PacketfilterTests FaultsTests KillPointTests ReportTests WireTests FleetTests ExperimentTests
empty :=

test: install install-test test-quick test-live test-packaging test-stock-kernel
	@echo "== all tests passed"

test-quick:
	@echo "== building the tests"
	@$(BUILD) --build-tests
	@echo "== tests that compute"
	@swift test --skip-build --disable-xctest --skip '$(subst $(empty) ,|,$(LIVE))'

test-live:
	@echo "== tests on this kernel: real servers, namespaces, whole experiments; one at a time"
	@for target in $(LIVE); do \
		echo "== $$target"; \
		timeout --kill-after=10 1500 swift test --skip-build --disable-xctest --no-parallel --filter "^$$target\\." || exit 1; \
	done

test-packaging:
	@echo "== the Debian package, installed in a Debian that has nothing else"
	@$(BUILD) --product faultline
	@$(BUILD) --product generate-manual
	@Tests/packaging/suite.sh

test-stock-kernel:
	@echo "== tests on Debian's own kernel in QEMU, which has netem"
	@Tests/stock-kernel/suite.sh

# One file that a bare Debian runs, Swift's runtime inside; the man pages; a Debian package; an image for containers.
release: install
	@echo "== a release build: a quarter of an hour the first time"
	@$(STATIC) --product faultline
	@ls -lh $(RELEASE) | awk '{ print "==", $$9, $$5 }'

manual: install
	@$(BUILD) --product faultline
	@$(BUILD) --product generate-manual
	@Packaging/build-manual .build/debug/generate-manual $(PROGRAM) .build/manual

deb: release manual
	@Packaging/build-deb $(RELEASE) .build/manual .build/packages

image: deb
	$(call ensure,$(IMAGE_PACKAGES))
	@Packaging/build-image "$$(ls -t .build/packages/*.deb | head -1)" .build/packages/faultline-image.tar

# Figures of this machine, beside a peer or a known truth; root, about a minute, and some minutes for the emulated one.
bench: bench-fleet bench-queue bench-arming bench-edges bench-clock bench-split bench-load bench-death bench-stock-kernel

# Figures of the queue backend, and of netem where this kernel has it: needs root, takes a minute.
bench-queue: install
	@$(BUILD) --product QueueBench
	@.build/debug/QueueBench

# How soon a partition or a delay acts, against the nft and tc command lines, and what a packet costs with many peers cut off.
bench-arming: install install-test
	@$(BUILD) --product ArmingBench
	@.build/debug/ArmingBench

# How near to its instant an armed partition begins and ends on five nodes, agents frozen meanwhile or not. Some minutes;
# TRIALS=250 for 200 looks at each node (two processors).
TRIALS ?= 40
bench-edges: install install-test
	@$(BUILD) --product faultline
	@$(BUILD) --product EdgeBench
	@.build/debug/EdgeBench $(TRIALS)

# How far the clock probes are from the truth and how wide their bound is, beside chrony; three minutes. A count of violations in
# a million exchanges on each kind of path, some minutes a kind: .build/debug/ClockBench exchanges 1000000 [idle busy queues
# delay loss outage]
bench-clock: install
	$(call ensure,$(CLOCK_PACKAGES))
	@$(BUILD) --product ClockBench
	@.build/debug/ClockBench

# Both on Debian's own kernel in QEMU, where netem, tc and tcset are beside ours.
bench-stock-kernel: install install-test
	$(call ensure,$(BENCH_PACKAGES))
	@$(BUILD) --product QueueBench
	@$(BUILD) --product ArmingBench
	@Tests/stock-kernel/bench.sh

# Where the time of requests went, against known think times and delays.
bench-split: install install-test
	@$(BUILD) --product SplitBench
	@.build/debug/SplitBench

# The load engine beside wrk, redis-benchmark, pgbench, h2load and known truths: rate, CPU, lateness on the wire, stall, kill,
# memory; eight minutes. One scene: .build/debug/LoadBench rate (or recording, tls, redis, pipeline, postgres, streams, lateness,
# stall, kill, memory), with pairs=5 seconds=4.
bench-load: install
	$(call ensure,$(LOAD_PACKAGES))
	@$(BUILD) --product LoadBench
	@.build/debug/LoadBench

# Two hundred real agents on this machine, and one coordinator that cuts them in halves: what an agent costs at rest, how soon
# all are armed; a minute and a half. Of a release: make release, and
# FAULTLINE_BENCH_PROGRAM=.build/static/release/faultline.
AGENTS ?= 200
bench-fleet: install install-test
	$(call ensure,strace:/usr/bin/strace)
	@$(BUILD) --product faultline
	@$(BUILD) --product FleetBench
	@.build/debug/FleetBench $(AGENTS)

# Ten thousand simulated agents in one process, each with a key and a connection of its own, and the coordinator of a release
# beside it: heartbeats, memory, arming. Five minutes, and 5 GiB of memory.
SIMULATED ?= 10000
bench-fleet-simulated: release
	@$(STATIC) --product FleetBench
	@FAULTLINE_BENCH_PROGRAM=$(RELEASE) .build/static/release/FleetBench simulated $(SIMULATED) 60

# From SIGKILL of an agent to the first packet that passes again. Thirty agents of each kind, half a minute.
bench-death: install
	@$(BUILD) --product faultline
	@$(BUILD) --product DeathBench
	@.build/debug/DeathBench

# A thousand deaths of agents, guardians and both, at drawn instants: about four minutes.
test-kill-points: install install-test
	@$(BUILD) --build-tests
	@FAULTLINE_KILL_POINTS=$${FAULTLINE_KILL_POINTS:-1000} timeout --kill-after=10 1800 \
		swift test --skip-build --disable-xctest --no-parallel --filter '^KillPointTests\.'

lint:
	@swift format lint --strict --recursive Sources Tests Package.swift

format:
	@swift format -i --recursive Sources Tests Package.swift

# Generated code is committed, since building its generators would double a first build. Needs protoc, protoc-gen-swift
# and protoc-gen-grpc-swift-2 in PATH (products of swift-protobuf and grpc-swift-protobuf).
PROTOCOL = Visibility=Package,UseAccessLevelOnImports=true
protocol:
	cd Sources/AgentProtocol && protoc agent.proto --swift_out=. --swift_opt=$(PROTOCOL) \
		--grpc-swift-2_out=. --grpc-swift-2_opt=$(PROTOCOL)
	cd Sources/RuntimeProtocol && protoc runtime.proto --swift_out=. --swift_opt=$(PROTOCOL) \
		--grpc-swift-2_out=. --grpc-swift-2_opt=$(PROTOCOL),Server=false

define ensure
	@missing=""; for entry in $(1); do [ -e "$${entry#*:}" ] || missing="$$missing $${entry%%:*}"; done; \
	if [ -n "$$missing" ]; then \
		echo "== installing by apt:$$missing"; \
		[ "$$(id -u)" = 0 ] || { echo "this needs root: sudo make $(MAKECMDGOALS)"; exit 1; }; \
		export DEBIAN_FRONTEND=noninteractive; \
		: the servers are for the lab and must not start on this machine by being installed; \
		rc=/usr/sbin/policy-rc.d; \
		if [ ! -e $$rc ]; then printf '#!/bin/sh\nexit 101\n' > $$rc; chmod +x $$rc; trap "rm -f $$rc" EXIT; fi; \
		apt-get update -qq && apt-get install -y -qq --no-install-recommends $$missing >/dev/null; \
	fi
endef

install:
	$(call ensure,$(PACKAGES))

# Another reader of our histogram logs, from PyPI, in a folder of its own. Without the network the test that needs it is
# skipped with its reason; CI sees to it that there is one.
HDRHISTOGRAM := .build/hdrhistogram
# The same of metrics and of what a collector is sent.
TELEMETRY := .build/telemetry
# Schemas of Kubernetes, for the DaemonSet.
KUBERNETES := .build/kubernetes
install-test:
	$(call ensure,$(TEST_PACKAGES))
	@$(HDRHISTOGRAM)/bin/python -c 'import hdrh.log' 2>/dev/null || { \
		echo "== installing hdrhistogram from PyPI into $(HDRHISTOGRAM)"; \
		mkdir -p .build && python3 -m venv $(HDRHISTOGRAM) \
			&& $(HDRHISTOGRAM)/bin/pip install -q --disable-pip-version-check hdrhistogram==0.10.3 \
			|| { echo "== it cannot be installed: its test will be skipped" >&2; rm -rf $(HDRHISTOGRAM); }; }
	@$(TELEMETRY)/bin/python -c 'import prometheus_client, opentelemetry.proto' 2>/dev/null || { \
		echo "== installing prometheus_client and opentelemetry-proto from PyPI into $(TELEMETRY)"; \
		mkdir -p .build && python3 -m venv $(TELEMETRY) \
			&& $(TELEMETRY)/bin/pip install -q --disable-pip-version-check prometheus_client==0.26.0 opentelemetry-proto==1.45.2 \
			|| { echo "== they cannot be installed: their tests will be skipped" >&2; rm -rf $(TELEMETRY); }; }
	@$(KUBERNETES)/bin/kubernetes-validate --version >/dev/null 2>&1 || { \
		echo "== installing kubernetes-validate from PyPI into $(KUBERNETES)"; \
		mkdir -p .build && python3 -m venv $(KUBERNETES) \
			&& $(KUBERNETES)/bin/pip install -q --disable-pip-version-check kubernetes-validate==1.37.0 \
			|| { echo "== it cannot be installed: the DaemonSet's schema will not be checked" >&2; rm -rf $(KUBERNETES); }; }

clean:
	rm -rf .build

help:
	@sed -n '1,3p' Makefile
