#ifndef CNETLINK_SHIM_H
#define CNETLINK_SHIM_H

#include <linux/if_link.h>
#include <linux/pkt_cls.h>
#include <linux/pkt_sched.h>
#include <linux/tc_act/tc_mirred.h>
#include <linux/rtnetlink.h>
#include <netlink/attr.h>
#include <netlink/cache.h>
#include <netlink/errno.h>
#include <netlink/handlers.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>
#include <netlink/route/addr.h>
#include <netlink/route/link.h>
#include <netlink/route/link/bridge.h>
#include <netlink/route/link/veth.h>
#include <netlink/route/nexthop.h>
#include <netlink/route/route.h>
#include <netlink/socket.h>

// The kernel's own words for a refusal (NLMSGERR_ATTR_MSG), or NULL. They lie behind the error, and behind the request
// as well when the kernel repeats it (no NLM_F_CAPPED).
static inline const char *faultline_nl_error_text(const struct nlmsgerr *error) {
    const struct nlmsghdr *header = (const struct nlmsghdr *)((const char *)error - NLMSG_HDRLEN);
    if (!(header->nlmsg_flags & NLM_F_ACK_TLVS)) return NULL;
    int offset = NLMSG_HDRLEN + NLMSG_ALIGN(sizeof *error);
    if (!(header->nlmsg_flags & NLM_F_CAPPED)) offset += NLMSG_ALIGN(error->msg.nlmsg_len) - NLMSG_HDRLEN;
    int length = (int)header->nlmsg_len - offset;
    if (length <= 0) return NULL;
    const struct nlattr *text =
        nla_find((const struct nlattr *)((const char *)header + offset), length, NLMSGERR_ATTR_MSG);
    return text && nla_len(text) > 0 && ((const char *)nla_data(text))[nla_len(text) - 1] == 0 ? nla_data(text) : NULL;
}

#endif
