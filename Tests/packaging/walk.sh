#!/usr/bin/env bash
# The README's way from nothing to a first experiment on three hosts, as it is written there, on hosts that share nothing but
# the network: walk.sh ROOT. ROOT: a Debian with the package installed; it stays as it is. Root.
#
# Each host, and the laptop, has namespaces of its own and its own layer over ROOT. What stands for the rest of the world:
# `ssh` and `scp` enter a host, `systemctl` starts what the unit says, and an editor is sed.
set -euo pipefail
cd "$(dirname "$0")/../.."
base=$1
work=$(mktemp -d)
declare -A address=([web1]=10.0.0.11 [web2]=10.0.0.12 [client]=10.0.0.13 [laptop]=10.0.0.2)
declare -A init=()
server=
bridge=flw$$
finish() {
    test -z "$server" || kill "$server" 2> /dev/null || true
    # Each is the first process of a namespace, and takes with it whatever runs there.
    for host in "${!init[@]}"; do kill -KILL "${init[$host]}" 2> /dev/null || true; done
    wait 2> /dev/null || true
    ip link delete "$bridge" 2> /dev/null || true
    for host in "${!address[@]}"; do umount "$work/$host/root" 2> /dev/null || true; done
    if ! grep -q " $work/" /proc/self/mounts; then rm -rf "$work"; fi
}
trap finish EXIT
fail() { echo "== walk: $*" >&2; exit 1; }

# inside HOST COMMAND…
inside() {
    local host=$1
    shift
    nsenter --all --target "${init[$host]}" env -i PATH=/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root "$@"
}

ip link add name "$bridge" type bridge
ip link set "$bridge" up
for host in "${!address[@]}"; do
    mkdir -p "$work/$host"/{root,upper,work}
    mount -t overlay overlay -o "lowerdir=$base,upperdir=$work/$host/upper,workdir=$work/$host/work" "$work/$host/root"
    setup="mount --make-rprivate / && mount --rbind /sys '$work/$host/root/sys' && mount --rbind /dev '$work/$host/root/dev' \
        && mount -t proc proc '$work/$host/root/proc' && cd '$work/$host/root' && pivot_root . mnt && umount -l /mnt \
        && echo up > /run/init.up && exec sleep 900"
    unshare --mount --uts --ipc --net --pid --fork --kill-child bash -c "$setup" 2> "$work/$host.log" &
    parent=$!
    for _ in $(seq 100); do test -e "$work/$host/upper/run/init.up" && break; sleep 0.05; done
    test -e "$work/$host/upper/run/init.up" || { cat "$work/$host.log" >&2; fail "$host does not start"; }
    init[$host]=$(cat "/proc/$parent/task/$parent/children" | tr -d ' ')
    ip link add name "flw$$-${#init[@]}" master "$bridge" up type veth peer name eth0 netns "${init[$host]}"
    nsenter --net --target "${init[$host]}" sh -c \
        "ip link set lo up; ip address add ${address[$host]}/24 dev eth0; ip link set eth0 up"
    cat > "$work/$host/root/usr/local/bin/systemctl" << 'SYSTEMCTL'
#!/bin/sh
# enable --now faultline-agent: what systemd does with the unit, as far as there is no systemd.
test "$*" = "enable --now faultline-agent" || exit 64
command=$(sed -n 's/^ExecStart=//p' /usr/lib/systemd/system/faultline-agent.service)
mkdir -p /var/lib/faultline /run/faultline /var/log/faultline
setsid $command > /var/log/agent.log 2>&1 < /dev/null &
for _ in $(seq 100); do grep -q 'listens on TCP' /var/log/agent.log && exit 0; sleep 0.1; done
cat /var/log/agent.log >&2
exit 1
SYSTEMCTL
    printf '#!/bin/sh\nsed -i "s/^coordinators:.*//" "$1"; echo "coordinators: [laptop]" >> "$1"\n' \
        > "$work/$host/root/usr/local/bin/editor"
    chmod +x "$work/$host/root/usr/local/bin"/*
done
nsenter --net --target "${init[web1]}" python3 -m http.server 80 --directory "$base/usr/share/doc/faultline" > /dev/null 2>&1 &
server=$!

# What the reader types, here.
ssh() { inside "$1" sh -c "${*:2}"; }
scp() {
    local files=("${@:1:$#-1}") to=${*: -1}
    inside "${to%%:*}" mkdir -p "${to#*:}"
    for file in "${files[@]}"; do cp -p "$work/laptop/root$file" "$work/${to%%:*}/root${to#*:}"; done
}
faultline() { inside laptop env --chdir=/root faultline "$@"; }
cp "$base"/usr/share/doc/faultline/examples/{hosts,first}.yaml "$work/laptop/root/root/"

# The block of commands after the sentence that promises them.
commands=$(awk '/in ten commands;/ { found = 1 } found && /^```$/ { if (inside) exit; inside = 1; next } inside' README.md)
test "$(wc -l <<< "$commands")" = 10 || fail "the README's ten commands are $(wc -l <<< "$commands")"
step() {
    echo "== walk: $1"
    # A pattern with its folder on the laptop is the laptop's.
    case $1 in
        scp*) set -- "$(sed "s|/etc/faultline/keys/issued/\([^ ]*\)/\*|$(cd "$work/laptop/root" && \
            ls -d etc/faultline/keys/issued/"$(sed 's|.*issued/\([^/]*\)/.*|\1|' <<< "$1")"/* | sed 's|^|/|' | tr '\n' ' ')|" <<< "$1")" ;;
    esac
    local code=0
    eval "$1" > "$work/output" 2>&1 || code=$?
    test "$code" = 0 || { cat "$work/output" >&2; fail "this ended with $code: $1"; }
}
while IFS= read -r line; do
    line=$(sed 's/ \{2,\}#.*//' <<< "$line")
    case $line in
        # The package is made and installed already.
        "make deb" | "apt install ./faultline_"*) echo "== walk: $line: done before" ;;
        *HOST*) for host in web1 web2 client; do step "${line//HOST/$host}"; done ;;
        *) step "$line" ;;
    esac
done <<< "$commands"
grep -q 'first: MET (exit 0)' "$work/output" || { cat "$work/output" >&2; fail "the experiment's verdict"; }
grep -q 'slow#1' "$work/output" || fail "no word of the fault"
for host in web1 web2 client; do
    test -z "$(nsenter --net --target "${init[$host]}" nft list ruleset)" || fail "$host has rules left"
    inside "$host" grep -q '"action":"begin".*"outcome":"done"' /var/log/faultline/audit.jsonl || fail "$host has no record"
done
echo "== walk: a first experiment on three hosts, as the README says"
