#!/bin/bash
# Runs inside the guest, see suite.sh. One test at a time: the emulated processors are slow, and time is measured.
set -euo pipefail
tests=(.build/debug/faultlinePackageTests.xctest --testing-library swift-testing --no-parallel)

# Netlink against this kernel, and every law of the conformance suite for the faults that differ here: those by netem.
# What the other kernel can show is shown there.
echo "== kernel $(uname -r): netlink, conformance suite"
"${tests[@]}" --filter '^NetlinkTests\.|\.ConformanceTests/|\.ConformanceNetem|\.NetemPath|\.BackendMeaning|\.Rehearsal|^FaultsTests\.Composition|\.ForeignState|\.PolicySparing'

# A clock that is nobody else's. Last, since it is not the same afterwards, and in a process of its own, which ends with it.
echo "== kernel $(uname -r): a stepped clock"
exec "${tests[@]}" --filter '^KillPointTests\.ClockStep|^ClockSyncTests\.SteppedClock'
