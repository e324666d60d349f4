#!/bin/busybox sh
# First program of the guest: reaches the host's files, lays memory over them so that all can be written to, and goes on
# there with guest.sh. Whatever fails ends the guest without a status, which run.sh reports with the console.
b=/bin/busybox
trap '$b poweroff -f' EXIT
set -e
$b mount -t devtmpfs none /dev
$b mount -t proc none /proc
for module in /modules/*.ko; do $b insmod "$module" 2>/dev/null || true; done
nine=trans=virtio,version=9p2000.L,msize=524288
$b mount -t 9p -o "$nine,ro,cache=loose" host /lower
$b mount -t tmpfs none /upper
$b mkdir /upper/files /upper/work
$b mount -t overlay -o lowerdir=/lower,upperdir=/upper/files,workdir=/upper/work none /root
$b mount -t proc none /root/proc
$b mount -t sysfs none /root/sys
$b mount -t devtmpfs none /root/dev
for link in fd:fd stdin:fd/0 stdout:fd/1 stderr:fd/2; do $b ln -sf "/proc/self/${link#*:}" "/root/dev/${link%%:*}"; done
$b mkdir -p /root/dev/pts /root/dev/shm
$b mount -t devpts none /root/dev/pts
$b mount -t tmpfs none /root/dev/shm
$b mount -t tmpfs none /root/run
$b mkdir -p /root/run/faultline-answer /root/run/faultline-share /root/run/netns
# No cache: what is written is on the host at once, and shown there as it comes.
$b mount -t 9p -o "$nine,cache=none" answer /root/run/faultline-answer
$b mount -t 9p -o "$nine,cache=none" share /root/run/faultline-share
$b umount /proc
exec $b switch_root /root /bin/bash /run/faultline-answer/guest.sh
