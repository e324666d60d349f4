#!/usr/bin/env bash
# The Debian package, installed in a Debian that has nothing else: the program runs there, the agent heals and ends there,
# and what is removed is gone. Root; after `swift build`. BINARY: another nearly static binary, a release for example.
set -euo pipefail
cd "$(dirname "$0")/../.."
work=$(mktemp -d)
root=$work/root
agent=
finish() {
    test -z "$agent" || kill "$agent" 2> /dev/null || true
    for place in proc sys dev; do umount -R "$root/$place" 2> /dev/null || true; done
    # Never through a mount into what is the host's.
    if ! grep -q " $root/" /proc/self/mounts; then rm -rf "$work"; fi
}
trap finish EXIT
fail() { echo "== packaging: $*" >&2; exit 1; }
inside() { chroot "$root" "$@"; }

binary=${BINARY:-$work/faultline}
if [ -z "${BINARY:-}" ]; then Packaging/link-static "$binary" 2> /dev/null; fi
Packaging/build-manual .build/debug/generate-manual "$binary" "$work/manual"
FAULTLINE_DEB_COMPRESSION=none Packaging/build-deb "$binary" "$work/manual" "$work" > /dev/null
package=$(ls "$work"/*.deb)
Packaging/debian-root "$root" "$package" "${MIRROR:-http://deb.debian.org/debian}" > "$work/install.log" 2>&1 \
    || { cat "$work/install.log" >&2; fail "the package does not install"; }
Tests/packaging/walk.sh "$root" > "$work/walk.log" 2>&1 || { cat "$work/walk.log" >&2; fail "the README's ten commands"; }
tail -n 1 "$work/walk.log"
Tests/packaging/image.sh "$package" "$root" > "$work/image.log" 2>&1 || { cat "$work/image.log" >&2; fail "the image"; }
tail -n 1 "$work/image.log"
Tests/packaging/systemd.sh "$root" > "$work/systemd.log" 2>&1 || { cat "$work/systemd.log" >&2; fail "under systemd"; }
tail -n 1 "$work/systemd.log"
for place in proc sys dev; do mount --rbind --make-rslave "/$place" "$root/$place"; done

echo "== packaging: the program runs where nothing of Swift is"
if find "$root/opt" "$root/usr/lib" -iname '*swift*' | grep .; then fail "this Debian is not bare"; fi
test "$(inside faultline --version)" = "$(dpkg-deb --field "$package" Version)" || fail "the version"
# What it cannot do here it says; it does not end as one that was misused or that failed.
inside faultline doctor > "$work/doctor" || fail "doctor"
inside faultline nines 99.95 > "$work/nines" || fail "nines"
inside faultline validate --policy /etc/faultline/policy.yaml > /dev/null || fail "the package's own policy"
for page in faultline faultline-agent faultline-run faultline-keys-issue; do
    test -s "$root/usr/share/man/man1/$page.1.gz" || fail "no man page $page"
done
# One line for each: its sections, and no command that is not for people.
zgrep -c 'target missed' "$root/usr/share/man/man1/faultline.1.gz" > /dev/null || fail "the man page's exit status"
if ls "$root/usr/share/man/man1" | grep -q guardian; then fail "a hidden command has a man page"; fi
bash -n "$root/usr/share/bash-completion/completions/faultline" || fail "completion"

echo "== packaging: the unit is one that systemd reads"
systemd-analyze verify --man=no "$root/usr/lib/systemd/system/faultline-agent.service" 2> "$work/verify" || true
if grep -v 'is not executable' "$work/verify" | grep -q .; then
    cat "$work/verify" >&2
    fail "the unit"
fi

echo "== packaging: the agent serves, and SIGTERM ends it with nothing left"
chroot "$root" faultline agent --host bare --listen /run/agent.sock > "$work/agent.log" 2>&1 &
agent=$!
for _ in $(seq 100); do grep -q 'listens on' "$work/agent.log" && break; sleep 0.1; done
grep -q 'listens on' "$work/agent.log" || { cat "$work/agent.log" >&2; fail "the agent does not start"; }
kill "$agent"
wait "$agent" || fail "the agent's end"
agent=
test ! -e "$root/run/agent.sock" || fail "the agent's socket is left"

echo "== packaging: removed is gone, but what is the operator's; purged is gone altogether"
echo '# mine' >> "$root/etc/faultline/policy.yaml"
inside dpkg --remove faultline > "$work/remove.log" 2>&1 || { cat "$work/remove.log" >&2; fail "remove"; }
test ! -e "$root/usr/bin/faultline" || fail "the binary is left"
test -s "$root/etc/faultline/policy.yaml" || fail "the operator's file is lost"
inside dpkg --purge faultline > /dev/null 2>&1 || fail "purge"
test ! -e "$root/etc/faultline" -a ! -e "$root/var/lib/faultline" || fail "purge leaves files"
if find "$root/usr" -name '*faultline*' | grep .; then fail "files are left"; fi
echo "== packaging: $(basename "$package"), binary of $(stat -c %s "$binary" | numfmt --to=iec), all well"
