#!/bin/bash
# Runs run.sh's command in the guest, as its first process, and tells the status. See init.sh.
answer=/run/faultline-answer
trap 'busybox poweroff -f' EXIT
exec >>"$answer/output" 2>&1 </dev/null

# The kernel's own loading of modules and `modprobe` look here; the host's folder may lack it.
read -r modules <"$answer/modules"
mkdir -p /lib/modules
ln -sfn "$modules" "/lib/modules/$(uname -r)"
mount -t cgroup2 none /sys/fs/cgroup 2>/dev/null || mount -t tmpfs none /sys/fs/cgroup
ip link set lo up
# Tests send to themselves faster than the kernel's modest defaults allow for.
sysctl -qw net.core.rmem_max=8388608 net.core.wmem_max=8388608 2>/dev/null

# What hangs is to be found out, not guessed: after a silence the console, which no file system can hold up, is told what
# each thread waits for.
tell_threads() {
    echo "stock-kernel: silent for $silence s; every thread of every program:"
    for task in /proc/[0-9]*/task/[0-9]*; do
        [ -s "${task%/task/*}/cmdline" ] || continue
        echo "-- $task $(cat "$task/comm") $(sed -n 's/^State:\t//p' "$task/status") syscall $(cat "$task/syscall")"
        cat "$task/stack"
    done
    cat /proc/interrupts
} 2>/dev/null
read -r silence <"$answer/silence"
# Counted, since tests step this clock.
(
    unchanged=0 before=
    while [ $unchanged -lt "$silence" ] && sleep 10; do
        now=$(stat -c %s "$answer/output")
        [ "$now" = "$before" ] && unchanged=$((unchanged + 10)) || unchanged=0
        before=$now
    done
    tell_threads >/dev/ttyS0
) &

# Through a pipe, since a program may open /dev/stderr anew and would cut off a file.
exec 3> >(exec cat >>"$answer/output")
writer=$!
bash "$answer/command.sh" >&3 2>&1 3>&- &
command=$!
# As process 1, bash also gets what its children leave behind; only the command's own end counts.
wait "$command"
status=$?
exec 3>&-
# What the command left running may hold the pipe open: it is not waited for longer than this.
for _ in $(seq 50); do kill -0 "$writer" 2>/dev/null || break; sleep 0.1; done
echo "$status" >"$answer/status"
