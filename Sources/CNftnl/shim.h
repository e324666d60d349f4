#ifndef CNFTNL_SHIM_H
#define CNFTNL_SHIM_H

#include <errno.h>
#include <netinet/in.h>

// <linux/netfilter.h> brings the kernel's own in_addr and sockaddr_in; a Swift file that also sees Glibc's then has two
// different definitions of one struct. The C library's are the same for our use.
#ifndef _UAPI_LINUX_IN_H
#define _UAPI_LINUX_IN_H
#endif
#ifndef _UAPI_LINUX_IN6_H
#define _UAPI_LINUX_IN6_H
#endif

#include <libmnl/libmnl.h>
#include <libnftnl/chain.h>
#include <libnftnl/common.h>
#include <libnftnl/expr.h>
#include <libnftnl/rule.h>
#include <libnftnl/set.h>
#include <libnftnl/table.h>
#include <libnftnl/udata.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nf_tables_compat.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_queue.h>
#include <linux/netlink.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef NETLINK_EXT_ACK
#define NETLINK_EXT_ACK 11
#endif
#ifndef NETLINK_CAP_ACK
#define NETLINK_CAP_ACK 10
#endif

// C: struct mmsghdr, which <sys/socket.h> shows only with _GNU_SOURCE.
struct cnftnl_message {
    struct msghdr header;
    unsigned int length;
};

enum { cnftnl_slots = 64 };

// Receives up to `count` (at most cnftnl_slots) datagrams in one call, each into its own slot of `slot` bytes.
// lengths[i]: bytes of datagram i; greater than `slot` when it was cut. C: recvmmsg(MSG_DONTWAIT | MSG_TRUNC).
static inline int cnftnl_receive_many(int fd, void *buffer, size_t slot, int count, unsigned int *lengths) {
    struct cnftnl_message messages[cnftnl_slots];
    struct iovec parts[cnftnl_slots];
    if (count > cnftnl_slots) count = cnftnl_slots;
    memset(messages, 0, sizeof(struct cnftnl_message) * (size_t)count);
    for (int i = 0; i < count; i++) {
        parts[i].iov_base = (char *)buffer + slot * (size_t)i;
        parts[i].iov_len = slot;
        messages[i].header.msg_iov = &parts[i];
        messages[i].header.msg_iovlen = 1;
    }
    int received = (int)syscall(SYS_recvmmsg, fd, messages, (unsigned int)count, MSG_DONTWAIT | MSG_TRUNC, NULL);
    for (int i = 0; i < received; i++) lengths[i] = messages[i].length;
    return received;
}

#endif
