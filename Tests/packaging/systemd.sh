#!/usr/bin/env bash
# The package under a systemd of its own: Debian's, as process 1 of namespaces. The agent runs as its unit says, a unit is
# restarted over D-Bus, an agent that is killed with all its processes is healed after by ExecStopPost, and an agent in a
# container as the DaemonSet has it reaches the host's systemd. systemd.sh ROOT. ROOT: a Debian with the package installed; it
# stays as it is. Root.
set -euo pipefail
cd "$(dirname "$0")/../.."
base=$1
work=$(mktemp -d)
root=$work/root
# Version 2 alone, as on today's hosts: beside version 1 it holds no controllers, which nothing here needs.
hierarchy=$(findmnt -n -t cgroup2 -o TARGET | sed -n 1p)
group=$hierarchy/faultline-systemd-$$
init=
run=
finish() {
    # The first process of the namespace takes with it whatever runs there.
    test -z "$init" || kill -KILL "$init" 2> /dev/null || true
    test -z "$run" || kill -KILL "$run" 2> /dev/null || true
    wait 2> /dev/null || true
    for _ in $(seq 50); do
        test -d "$group" || break
        find "$group" -depth -type d -exec rmdir {} + 2> /dev/null || sleep 0.1
    done
    umount "$root" 2> /dev/null || true
    if ! grep -q " $work/" /proc/self/mounts; then rm -rf "$work"; fi
}
trap finish EXIT
fail() {
    echo "== systemd: $*" >&2
    test -z "$init" || inside journalctl --no-pager -n 60 >&2 || true
    exit 1
}
inside() {
    nsenter --all --target "$init" -- env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root "$@"
}
# until_true SECONDS COMMAND…
until_true() {
    local end=$((SECONDS + $1))
    shift
    while ((SECONDS <= end)); do
        if "$@" > /dev/null 2>&1; then return 0; fi
        sleep 0.1
    done
    return 1
}
pid_of() { inside systemctl show --property MainPID --value "$1"; }

test -n "$hierarchy" || fail "no cgroup2 is mounted here"
mkdir -p "$root" "$work/upper" "$work/work" "$group"
mount -t overlay overlay -o "lowerdir=$base,upperdir=$work/upper,workdir=$work/work" "$root"
DEBIAN_FRONTEND=noninteractive chroot "$root" apt-get install -y --no-install-recommends systemd-sysv dbus \
    > "$work/install.log" 2>&1 || { cat "$work/install.log" >&2; fail "systemd does not install"; }

cat > "$root/opt/shop.pl" << 'PERL'
use IO::Socket::INET;
my $door = IO::Socket::INET->new(LocalPort => 80, Listen => 64, ReuseAddr => 1) or die;
while (my $peer = $door->accept) {
    while (my $line = <$peer>) { last unless $line =~ /\S/ }
    print $peer "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok";
}
PERL
printf '[Service]\nExecStart=/usr/bin/perl /opt/shop.pl\n' > "$root/etc/systemd/system/shop.service"
# Alone on the host: only the socket, no keys.
sed -i 's/^host: .*/host: node/; s/^listen: .*/listen: { unix: \/run\/faultline\/agent.sock }/; s/^keys: .*//' \
    "$root/etc/faultline/agent.yaml"
sed -i 's/^faults: .*/faults: { allow: [kill, restart] }/' "$root/etc/faultline/policy.yaml"
cat > "$root/root/hosts.yaml" << 'HOSTS'
faultline-hosts: 1
hosts: { node: { agent: "unix:/run/faultline/agent.sock", addresses: [10.0.0.11], interface: eth0 } }
HOSTS
sed 's|/run/faultline|/root|' "$root/root/hosts.yaml" > "$root/root/contained.yaml"
plan() {
    cat > "$root/root/$1.yaml" << PLAN
faultline: 1
name: $1
load: { browse: { from: node, http: { url: "http://10.0.0.11/", timeout: 1s }, rate: 20/s } }
faults: [ { name: crash, at: 1s, on: node, $2 } ]
targets: { recovery: { within: 5s, steady-for: 1s } }
duration: $3
PLAN
}

setup='root=$1
    echo $$ > "$2/cgroup.procs" && exec unshare --mount --uts --ipc --net --pid --cgroup --fork --kill-child bash -c "$3" - "$root"'
boot='root=$1
    mount --make-rprivate / && mount -t proc proc "$root/proc" && mount -t sysfs sysfs "$root/sys" \
        && mount -t cgroup2 cgroup2 "$root/sys/fs/cgroup" && mount -t tmpfs tmpfs "$root/run" \
        && mount -t tmpfs -o mode=755 tmpfs "$root/dev" || exit 1
    for node in null zero full random urandom tty; do
        touch "$root/dev/$node" && mount --bind "/dev/$node" "$root/dev/$node" || exit 1
    done
    mkdir "$root/dev/shm" "$root/dev/pts"
    ip link set lo up && ip link add eth0 type veth peer name other && ip address add 10.0.0.11/24 dev eth0 && ip link set eth0 up \
        && cd "$root" && pivot_root . mnt && umount -l /mnt \
        && exec env -i container=faultline PATH=/usr/sbin:/usr/bin:/sbin:/bin /lib/systemd/systemd --log-target=journal'
bash -c "$setup" - "$root" "$group" "$boot" > "$work/boot.log" 2>&1 < /dev/null &
parent=$!
booted() {
    init=$(tr -d ' ' < "/proc/$parent/task/$parent/children") && test -n "$init" \
        && inside systemctl is-system-running | grep -E 'running|degraded'
}
until_true 30 booted || { cat "$work/boot.log" >&2; fail "it does not boot"; }
inside systemctl --failed --no-legend | grep . && fail "units fail without us"
inside systemctl start shop.service

echo "== systemd: the agent is a service that says when it is ready, and is alive"
inside systemctl start faultline-agent.service || fail "the agent does not start"
agent=$(pid_of faultline-agent)
alive() { test "$(inside systemctl show --property WatchdogTimestampMonotonic --value faultline-agent)" -gt "$ready"; }
ready=$(inside systemctl show --property ActiveEnterTimestampMonotonic --value faultline-agent)
until_true 10 alive || fail "the agent does not feed the watchdog"

echo "== systemd: a fault restarts a unit, by no systemctl"
inside mv /usr/bin/systemctl /usr/bin/systemctl.away
systemctl_back() { inside mv /usr/bin/systemctl.away /usr/bin/systemctl; }
before=$(cat "/proc/$init/root/sys/fs/cgroup/system.slice/shop.service/cgroup.procs")
plan restarted 'restart: { unit: shop.service }' 5s
inside env --chdir=/root faultline run restarted.yaml --inventory hosts.yaml --results /root/results > "$work/run.log" 2>&1 \
    || { systemctl_back; cat "$work/run.log" >&2; fail "the experiment"; }
systemctl_back
grep -q 'restarted: MET' "$work/run.log" || { cat "$work/run.log" >&2; fail "the verdict"; }
inside systemctl is-active --quiet shop.service || fail "the unit does not run"
after=$(cat "/proc/$init/root/sys/fs/cgroup/system.slice/shop.service/cgroup.procs")
test "$before" != "$after" || fail "the unit was not restarted"

echo "== systemd: an agent that is killed with its guardian, in the midst of a kill, is healed after, and runs again"
plan killed 'kill: { unit: shop.service, restart-after: 60s }' 80s
inside env --chdir=/root faultline run killed.yaml --inventory hosts.yaml --results /root/results > "$work/killed.log" 2>&1 &
run=$!
until_true 15 inside systemctl is-failed --quiet shop.service || { cat "$work/killed.log" >&2; fail "the unit was not killed"; }
inside systemctl kill --signal=KILL --kill-whom=all faultline-agent.service
until_true 15 inside systemctl is-active --quiet shop.service || fail "nobody started the unit again"
until_true 15 inside systemctl is-active --quiet faultline-agent.service || fail "the agent was not restarted"
test "$(pid_of faultline-agent)" != "$agent" || fail "the agent was not killed"
undone=$(inside journalctl --no-pager --unit faultline-agent | sed -n 's/.*faultline\[\([0-9]*\)\]: undid .*shop.service.*/\1/p')
test -n "$undone" || fail "no word of what was undone"
test "$undone" != "$(pid_of faultline-agent)" || fail "it was the next agent that undid it, and not ExecStopPost"
# Its coordinator would go on with the new agent; disowned, so that the shell has no word of its end.
disown "$run"
kill -KILL "$run" 2> /dev/null || true
run=

echo "== systemd: stopped is stopped, and no failure"
inside systemctl stop faultline-agent.service
test "$(inside systemctl show --property Result --value faultline-agent)" = success || fail "the agent's end"
test ! -e "/proc/$init/root/run/faultline/agent.sock" || fail "the agent's socket is left"

# contained CAPABILITIES [USER]: an agent with these and no others, whose /run is not the host's, and the experiment by it.
contained() {
    # shellcheck disable=SC2016
    inside systemd-run --quiet --scope --slice=kubepods unshare --mount --cgroup sh -c 'mount -t tmpfs tmpfs /run && exec \
        setpriv --reuid "$2" --inh-caps "-all,$1" --ambient-caps "-all,$1" --bounding-set "-all,$1" \
        faultline agent --host node --listen /root/agent.sock --state /root/state' - "$1" "${2:-0}" > "$work/agent.log" 2>&1 &
    run=$!
    until_true 10 grep -q 'listens on' "$work/agent.log" || { cat "$work/agent.log" >&2; fail "the contained agent"; }
    local code=0
    inside env --chdir=/root faultline run restarted.yaml --inventory contained.yaml --results /root/results \
        > "$work/run.log" 2>&1 || code=$?
    inside sh -c 'kill $(cat /sys/fs/cgroup/kubepods.slice/*.scope/cgroup.procs)'
    wait "$run" || { cat "$work/agent.log" >&2; fail "the contained agent's end"; }
    run=
    return "$code"
}
capabilities=$(sed -n 's/^ *add: \[\(.*\)\]/\1/p' Packaging/kubernetes/daemonset.yaml | tr 'A-Z' 'a-z' | sed 's/, */,+/g; s/^/+/')
before=$(pid_of shop.service)

echo "== systemd: an agent in a container reaches the host's systemd with the DaemonSet's capabilities"
contained "$capabilities" || { cat "$work/run.log" >&2; fail "the experiment of a contained agent"; }
grep -q 'restarted: MET' "$work/run.log" || { cat "$work/run.log" >&2; fail "the verdict"; }
test "$(pid_of shop.service)" != "$before" || fail "the unit was not restarted from a container"

echo "== systemd: whom it does not obey is told so, and the unit is let be"
before=$(pid_of shop.service)
if contained "$capabilities" 65534; then fail "a unit is restarted for nobody"; fi
grep -q 'obeys root' "$work/run.log" || { cat "$work/run.log" >&2; fail "no word of root"; }
test "$(pid_of shop.service)" = "$before" || fail "a unit was ended that could not be started again"
echo "== systemd: the agent and its faults on units, under Debian's own systemd"
