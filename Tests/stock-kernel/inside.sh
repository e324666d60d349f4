#!/bin/bash
# Runs inside the guest, see suite.sh. One test at a time: the emulated processors are slow, and time is measured.
set -uo pipefail

tests=(.build/debug/faultlinePackageTests.xctest --testing-library swift-testing --no-parallel)
failed=0

# Netlink and the packet filter against this kernel, and every law of the conformance suite for the faults that differ
# here: those by netem. What the other kernel can show is shown there.
echo "== kernel $(uname -r): netlink, packet filter, conformance suite"
"${tests[@]}" --filter '^NetlinkTests\.|\.FilterSocketTests/|\.ConformanceTests/|\.ConformanceNetem' || failed=1

echo "== a whole experiment, delays by netem"
.build/debug/faultline doctor
.build/debug/faultline run Experiments/web-failover-short.yaml --results /tmp/results --seed 1
code=$?
# On an emulated processor the generator may be late, and the verdict then inconclusive; a fault without effect (5), a
# lost agent (6) or anything else is a failure.
case $code in
    0 | 1 | 3) echo "== the experiment ended with $code" ;;
    *) echo "== the experiment failed with $code"; failed=1 ;;
esac
if grep -q '"delayBackend":"queue"' /tmp/results/*/plan.json || ! grep -q 'netem' /tmp/results/*/plan.json; then
    echo "== the experiment did not use netem"
    failed=1
fi
exit "$failed"
