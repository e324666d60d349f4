#!/bin/bash
# Figures on Debian's own kernel in QEMU, where netem is beside the queue, and `tc` and tcset (of tcconfig, from PyPI) beside
# Faultline's arming. Called by `make bench-stock-kernel` after the benchmarks were built. The processors are emulated: what
# counts are the ratios. Nothing is asserted.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

if ! apt-cache show linux-image-amd64 >/dev/null 2>&1; then apt-get update -qq; fi

# The peer, once, beside the kernel. Without it the rest is measured all the same.
peer=${XDG_CACHE_HOME:-$HOME/.cache}/faultline/tcconfig
if [ ! -x "$peer/bin/tcset" ]; then
    echo "== installing tcconfig from PyPI into $peer"
    rm -rf "$peer"
    mkdir -p "$(dirname "$peer")"
    /usr/bin/python3 -m venv "$peer" && "$peer/bin/pip" install --quiet --disable-pip-version-check tcconfig==0.30.1 ||
        echo "== tcconfig could not be installed: it is left out"
fi
if [ -x "$peer/bin/tcset" ]; then export FAULTLINE_TCCONFIG=$peer/bin; fi

exec Tests/stock-kernel/run.sh --timeout 1500 --memory 3072 \
    bash -c '.build/debug/ArmingBench; echo; exec .build/debug/QueueBench'
