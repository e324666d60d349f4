#!/bin/bash
# Runs inside the guest, see suite.sh. One test at a time: the emulated processors are slow, and time is measured.
set -euo pipefail

# Netlink against this kernel, and every law of the conformance suite for the faults that differ here: those by netem.
# What the other kernel can show is shown there.
echo "== kernel $(uname -r): netlink, conformance suite"
.build/debug/faultlinePackageTests.xctest --testing-library swift-testing --no-parallel \
    --filter '^NetlinkTests\.|\.ConformanceTests/|\.ConformanceNetem|\.NetemPath|\.BackendMeaning|\.Rehearsal|^FaultsTests\.Composition|\.ForeignState|\.PolicySparing'

# A clock that is nobody else's. In a process of its own, which ends with it.
echo "== kernel $(uname -r): a stepped clock"
.build/debug/faultlinePackageTests.xctest --testing-library swift-testing --no-parallel --filter '^KillPointTests\.ClockStep'

# Deaths on the netem detours, and with the control groups of version 2: one for each kind of fault.
echo "== kernel $(uname -r): killed agents"
FAULTLINE_KILL_POINTS=${FAULTLINE_KILL_POINTS:-19} exec .build/debug/faultlinePackageTests.xctest \
    --testing-library swift-testing --no-parallel --filter '^KillPointTests\.(KillPoint|Recover)'
