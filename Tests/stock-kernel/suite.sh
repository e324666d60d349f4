#!/bin/bash
# What needs a stock distribution kernel (netem, prio, nft_queue): the kernel-facing tests and a whole experiment, in one
# boot of QEMU. Called by `make test-stock-kernel` after the tests were built.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

# apt knows no package before its first update.
if ! apt-cache show linux-image-amd64 >/dev/null 2>&1; then apt-get update -qq; fi

exec Tests/stock-kernel/run.sh --timeout 2400 --memory 2048 Tests/stock-kernel/inside.sh
