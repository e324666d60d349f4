#!/bin/bash
# Runs inside the guest, see suite.sh. One test at a time: the emulated processors are slow, and time is measured.
set -euo pipefail

# Netlink against this kernel, and every law of the conformance suite for the faults that differ here: those by netem.
# What the other kernel can show is shown there.
echo "== kernel $(uname -r): netlink, conformance suite"
.build/debug/faultlinePackageTests.xctest --testing-library swift-testing --no-parallel \
    --filter '^NetlinkTests\.|\.ConformanceTests/|\.ConformanceNetem|\.NetemPath|\.BackendMeaning'

# Deaths on the netem detours, one for each kind of fault, and steps of a clock that is nobody else's.
echo "== kernel $(uname -r): killed agents, a stepped clock"
FAULTLINE_KILL_POINTS=${FAULTLINE_KILL_POINTS:-19} exec .build/debug/faultlinePackageTests.xctest \
    --testing-library swift-testing --no-parallel --filter '^KillPointTests\.'
