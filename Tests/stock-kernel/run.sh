#!/bin/bash
# Runs a command on Debian's own kernel, in QEMU, over this host's files. For what the kernel at hand lacks: netem, prio,
# nft_queue and the other modules of a stock distribution kernel.
#
#   Tests/stock-kernel/run.sh [--timeout SECONDS] [--silence SECONDS] [--memory MB] [--share FOLDER] [--] COMMAND [ARGUMENT…]
#
# The command runs as root in the same folder. It sees this host's files; what it writes is kept in memory and gone at the
# end, except below $FAULTLINE_SHARE, which is this host's too (--share FOLDER; by default a temporary folder). There is no
# network but what it makes. Its output comes out here, and its exit status is this script's. Modules are at hand:
# `modprobe`, and loading by the kernel itself.
#
# The kernel is downloaded once, by apt, to ${XDG_CACHE_HOME:-~/.cache}/faultline/stock-kernel; without apt, give a package:
# FAULTLINE_STOCK_KERNEL_DEB=linux-image-….deb. FAULTLINE_STOCK_KERNEL_ACCELERATOR=kvm is faster where it works.
#
#   Exit: the command's status · 124 out of time, or silent for too long · 125 the guest gave no status, or this host lacks
#   something
#
# Tests, built on this host beforehand (`swift build --build-tests`), all of one target, or one suite:
#
#   Tests/stock-kernel/run.sh .build/debug/faultlinePackageTests.xctest --testing-library swift-testing \
#       --filter '^NetlinkTests\.'
#   Tests/stock-kernel/run.sh Tests/stock-kernel/netem.sh         # shows that the harness works: a ping of about 10 ms
#
# Time in an emulated guest is coarse: judge distributions widely there; requests, structure and rollback exactly.
set -euo pipefail

limit=600 memory=1024 silence=300 share=
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cache=${XDG_CACHE_HOME:-$HOME/.cache}/faultline/stock-kernel

say() { printf 'stock-kernel: %s\n' "$*" >&2; }
fail() { say "$*"; exit 125; }

while [ $# -gt 0 ]; do
    case $1 in
        --timeout) limit=${2:?seconds}; shift 2 ;;
        --memory) memory=${2:?megabytes}; shift 2 ;;
        --silence) silence=${2:?seconds}; shift 2 ;;
        --share) share=$(mkdir -p "${2:?folder}" && cd "$2" && pwd); shift 2 ;;
        --help) sed -n '2,/^set /{/^set /d;s/^# \{0,1\}//;p}' "${BASH_SOURCE[0]}"; exit 0 ;;
        --) shift; break ;;
        -*) fail "unknown option $1; see --help" ;;
        *) break ;;
    esac
done
[ $# -gt 0 ] || fail 'no command; see --help'

missing=
for tool in qemu-system-x86_64:qemu-system-x86 busybox:busybox-static depmod:kmod cpio:cpio dpkg:dpkg flock:util-linux; do
    command -v "${tool%%:*}" >/dev/null || missing="$missing ${tool##*:}"
done
[ -z "$missing" ] || fail "missing here; run: apt-get install$missing"

work=$(mktemp -d "${TMPDIR:-/tmp}/faultline-stock-kernel.XXXXXX")
qemu= reader= watcher=
finish() {
    trap - EXIT INT TERM
    [ -z "$qemu" ] || kill "$qemu" 2>/dev/null || true
    [ -z "$reader" ] || kill "$reader" 2>/dev/null || true
    [ -z "$watcher" ] || kill "$watcher" 2>/dev/null || true
    rm -rf "$work"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# The kernel: downloaded once, unpacked beside its final place and then renamed, so that an interrupted run leaves no half.
mkdir -p "$cache"
exec 9>"$cache/lock"
flock 9
if [ ! -e "$cache/kernel/version" ]; then
    package=${FAULTLINE_STOCK_KERNEL_DEB:-}
    if [ -z "$package" ]; then
        name=$(apt-cache depends linux-image-amd64 2>/dev/null | sed -n 's/^ *Depends: \(linux-image-[^ ]*\).*/\1/p' | head -n 1)
        [ -n "$name" ] || fail "apt does not know linux-image-amd64. Run: apt-get update. Elsewhere than on Debian, give a
kernel package: FAULTLINE_STOCK_KERNEL_DEB=linux-image-….deb"
        say "downloading $name (about 70 MB, once)"
        (cd "$work" && apt-get download -q "$name" >"$work/download" 2>&1) || fail "apt-get download $name: $(tail -n 1 "$work/download")"
        package=$(ls "$work"/linux-image-*.deb)
    fi
    rm -rf "$cache/new" "$cache/kernel"
    say "unpacking $(basename "$package")"
    dpkg -x "$package" "$cache/new"
    version=$(basename "$cache"/new/boot/vmlinuz-*)
    version=${version#vmlinuz-}
    depmod -b "$cache/new" "$version"
    echo "$version" >"$cache/new/version"
    mv "$cache/new" "$cache/kernel"
    rm -f "$work"/*.deb
fi
flock -u 9
exec 9>&-
kernel=$cache/kernel
version=$(cat "$kernel/version")

# The first file system: busybox, and the modules with which the host's files are reached.
root=$work/initramfs
mkdir -p "$root"/{bin,modules,proc,sys,dev,lower,upper,root}
cp "$(command -v busybox)" "$root/bin/busybox"
count=100
modprobe -d "$kernel" -S "$version" --show-depends -a virtio_pci 9pnet_virtio 9p overlay \
    | sed -n 's/^insmod \([^ ]*\).*/\1/p' | awk '!seen[$0]++' >"$work/modules"
while read -r module; do
    # In order of dependence; later Debian kernels compress them, which busybox's insmod does not undo.
    case $module in
        *.xz) xz -dc "$module" >"$root/modules/$count.ko" ;;
        *) cp "$module" "$root/modules/$count.ko" ;;
    esac
    count=$((count + 1))
done <"$work/modules"
install -m 755 "$here/init.sh" "$root/init"
(cd "$root" && find . | cpio -o -H newc --quiet) >"$work/initramfs.cpio"

# What the guest is to do, and where it answers.
mkdir "$work/answer"
: >"$work/answer/output"
cp "$here/guest.sh" "$work/answer/guest.sh"
{
    printf 'cd %q || exit 125\n' "$PWD"
    for name in PATH HOME LANG LD_LIBRARY_PATH ${!FAULTLINE_*}; do
        [ -z "${!name+set}" ] || printf 'export %s=%q\n' "$name" "${!name}"
    done
    printf 'export FAULTLINE_STOCK_KERNEL=%q FAULTLINE_SHARE=/run/faultline-share\n' "$version"
    printf 'exec'
    printf ' %q' "$@"
    printf '\n'
} >"$work/answer/command.sh"
printf '%s\n' "$kernel/lib/modules/$version" >"$work/answer/modules"
printf '%s\n' "$silence" >"$work/answer/silence"
[ -n "$share" ] || { share=$work/share; mkdir "$share"; }

# Pure emulation works everywhere. KVM within a virtual machine may be offered and hang, so it is asked for by name.
accelerator=${FAULTLINE_STOCK_KERNEL_ACCELERATOR:-tcg}
say "booting Debian's kernel $version in QEMU ($accelerator)"
began=$SECONDS
timeout "$limit" qemu-system-x86_64 -machine "q35,accel=$accelerator" -cpu max -smp 2 -m "$memory" \
    -nodefaults -display none -serial "file:$work/console" -no-reboot -nic none \
    -kernel "$kernel/boot/vmlinuz-$version" -initrd "$work/initramfs.cpio" \
    -append 'console=ttyS0 quiet panic=-1 tsc=reliable mitigations=off' \
    -virtfs local,path=/,mount_tag=host,security_model=none,readonly=on,multidevs=remap \
    -virtfs "local,path=$work/answer,mount_tag=answer,security_model=none" \
    -virtfs "local,path=$share,mount_tag=share,security_model=none,multidevs=remap" \
    >"$work/qemu" 2>&1 </dev/null &
qemu=$!
tail -n +1 -f --pid="$qemu" "$work/answer/output" &
reader=$!

# A guest that says nothing for long tells on its console where each thread stands (guest.sh), and is then ended: what
# waits here must not wait for the whole limit.
(
    while sleep 10; do
        now=$(date +%s) last=$(stat -c %Y "$work/answer/output")
        [ $((now - last)) -lt $((silence + 60)) ] || { : >"$work/silent"; kill "$qemu"; exit; }
    done
) 2>/dev/null &
watcher=$!
status=0
wait "$qemu" || status=$?
qemu=
wait "$reader" 2>/dev/null || true
reader=
if [ -e "$work/silent" ]; then
    say "stopped: it had said nothing for $silence s (--silence); the end of its console:"
    tail -n 400 "$work/console" >&2
    exit 124
fi
if [ "$status" = 124 ]; then
    say "stopped: not done after $limit s (--timeout); the end of its console:"
    tail -n 200 "$work/console" >&2
    exit 124
fi
if [ ! -s "$work/answer/status" ]; then
    say "the guest ended without an exit status; the end of its console:"
    { cat "$work/qemu"; tail -n 20 "$work/console"; } >&2
    exit 125
fi
status=$(cat "$work/answer/status")
say "ended with status $status after $((SECONDS - began)) s"
exit "$status"
