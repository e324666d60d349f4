#!/usr/bin/env bash
# The OCI image of the package, run as the DaemonSet says: with its capabilities and no others, a root that cannot be written,
# the host's processes, a network that is a node's. It injects, observes and heals, and SIGTERM leaves nothing.
# image.sh DEB ROOT. ROOT: a Debian with the package installed; it stays as it is. Root.
set -euo pipefail
cd "$(dirname "$0")/../.."
package=$1
base=$2
work=$(mktemp -d)
manifest=Packaging/kubernetes/daemonset.yaml
name=faultline-image-$$
node=${name}-node
seat=${name}-seat
server=
engine=(podman --runtime=runc --root "$work/images" --runroot "$work/run" --cgroup-manager=cgroupfs --events-backend=none)
finish() {
    test -z "$server" || kill "$server" 2> /dev/null || true
    "${engine[@]}" rm -f -t 0 "$name" > /dev/null 2>&1 || true
    ip netns delete "$node" 2> /dev/null || true
    ip netns delete "$seat" 2> /dev/null || true
    grep -o "$work/[^ ]*" /proc/self/mounts | sort -r | xargs -r umount 2> /dev/null || true
    if ! grep -q " $work/" /proc/self/mounts; then rm -rf "$work"; fi
}
trap finish EXIT
fail() { echo "== image: $*" >&2; exit 1; }
seated() { nsenter --net="/run/netns/$seat" "$@"; }

if test -x .build/kubernetes/bin/kubernetes-validate; then
    .build/kubernetes/bin/kubernetes-validate -k 1.31 --strict --quiet "$manifest" || fail "the manifest is none of Kubernetes'"
else
    echo "== image: no kubernetes-validate here, so the manifest's schema is not checked" >&2
fi

cp -a "$base" "$work/root"
FAULTLINE_IMAGE_ROOT=$work/root Packaging/build-image "$package" "$work/image.tar" > "$work/build.log" 2>&1 \
    || { cat "$work/build.log" >&2; fail "the image is not built"; }
"${engine[@]}" load -q -i "$work/image.tar" > "$work/load.log" 2>&1 || { cat "$work/load.log" >&2; fail "podman does not load it"; }
image=$(sed -n 's/^Loaded image[^:]*: //p' "$work/load.log")

ip netns add "$node"
ip netns add "$seat"
ip -n "$node" link add eth0 type veth peer name eth0 netns "$seat"
for place in "$node 10.0.0.11" "$seat 10.0.0.2"; do
    ip -n "${place% *}" address add "${place#* }/24" dev eth0
    ip -n "${place% *}" link set eth0 up
    ip -n "${place% *}" link set lo up
done
# Not by the function, whose shell would be what is ended later.
nsenter --net="/run/netns/$seat" python3 -m http.server 80 --directory "$base/usr/share/doc/faultline" > /dev/null 2>&1 &
server=$!

# The binary of the package, where the operator sits.
faultline=$base/usr/bin/faultline
"$faultline" keys init --keys "$work/keys" > /dev/null
"$faultline" keys issue node1 --keys "$work/keys" > /dev/null
"$faultline" keys issue --coordinator laptop --keys "$work/keys" > /dev/null
mkdir -p "$work/etc" "$work/policy" "$work/state" "$work/results"
cp -r "$work/keys/issued/agent-node1" "$work/etc/keys"
sed 's/^host: .*/host: node1/; s|^policy: .*|policy: /etc/faultline-policy/policy.yaml|; s|^audit: .*||
    s|unix: [^,]*,|unix: /var/lib/faultline/agent.sock,|' Packaging/agent.yaml > "$work/etc/agent.yaml"
sed -n '/^  policy.yaml: |/,/^---/{ s/^    //p }' "$manifest" | sed 's/^coordinators: .*/coordinators: [laptop]/' \
    > "$work/policy/policy.yaml"
capabilities=$(sed -n 's/^ *add: \[\(.*\)\]/\1/p' "$manifest" | tr -d ' ')
test -n "$capabilities" || fail "the manifest names no capabilities"
test "$(grep -c 'drop: \[ALL\]' "$manifest")" = 1 || fail "the manifest does not drop the others"
"${engine[@]}" run -d --name "$name" --network "ns:/run/netns/$node" --pid host --read-only --cap-drop all \
    --cap-add "$capabilities" --security-opt no-new-privileges --ulimit nofile=1024:4096 --ulimit nproc=4096:4096 \
    -v "$work/etc:/etc/faultline:ro" -v "$work/policy:/etc/faultline-policy:ro" -v "$work/state:/var/lib/faultline" \
    -v /sys/fs/cgroup:/sys/fs/cgroup "$image" agent --config /etc/faultline/agent.yaml > "$work/start.log" 2>&1 \
    || { cat "$work/start.log" >&2; fail "the container does not start"; }
for _ in $(seq 100); do "${engine[@]}" logs "$name" 2>&1 | grep -q 'listens on TCP' && break; sleep 0.1; done
"${engine[@]}" logs "$name" 2>&1 | grep -q 'listens on TCP' || { "${engine[@]}" logs "$name" >&2; fail "the agent does not start"; }

cat > "$work/hosts.yaml" << 'HOSTS'
faultline-hosts: 1
hosts: { node1: { agent: "10.0.0.11:7443", addresses: [10.0.0.11], interface: eth0 } }
HOSTS
cat > "$work/node.yaml" << 'NODE'
faultline: 1
name: node
load: { browse: { from: node1, http: { url: "http://10.0.0.2/", timeout: 1s }, rate: 50/s } }
faults:
  - { name: slow, at: 2s, for: 3s, on: node1, delay: { latency: 50ms, to: 10.0.0.2 } }
  - { name: cut, at: 7s, for: 1s, on: node1, loss: { share: 100%, from: 10.0.0.2 } }
targets:
  latency: [ { phase: slow, quantile: p90, below: 400ms } ]
  recovery: { within: 5s, steady-for: 1s }
duration: 12s
NODE
seated "$faultline" run "$work/node.yaml" --inventory "$work/hosts.yaml" --keys "$work/keys/issued/coordinator-laptop" \
    --results "$work/results" > "$work/run.log" 2>&1 || { cat "$work/run.log" >&2; fail "the experiment"; }
grep -q 'node: MET' "$work/run.log" || { cat "$work/run.log" >&2; fail "the verdict"; }
grep -q 'slow#1 .*as asked' "$work/run.log" || { cat "$work/run.log" >&2; fail "the delay was not seen"; }

"${engine[@]}" stop -t 20 "$name" > /dev/null
test "$("${engine[@]}" inspect -f '{{.State.ExitCode}}' "$name")" = 0 || { "${engine[@]}" logs "$name" >&2; fail "SIGTERM"; }
test -z "$(nsenter --net="/run/netns/$node" nft list ruleset)" || fail "rules are left on the node"
echo "== image: $(stat -c %s "$work/image.tar" | numfmt --to=iec), runs as the DaemonSet says"
