#define _GNU_SOURCE
#include "cbench.h"

#include <string.h>
#include <sys/socket.h>

enum { size = 64 };

static void prepare(struct mmsghdr *messages, struct iovec *parts, char bytes[][size]) {
    memset(messages, 0, sizeof(struct mmsghdr) * cbench_batch);
    for (int i = 0; i < cbench_batch; i++) {
        parts[i] = (struct iovec){bytes[i], size};
        messages[i].msg_hdr.msg_iov = &parts[i];
        messages[i].msg_hdr.msg_iovlen = 1;
    }
}

int cbench_send(int fd) {
    struct mmsghdr messages[cbench_batch];
    struct iovec parts[cbench_batch];
    char bytes[cbench_batch][size] = {{0}};
    prepare(messages, parts, bytes);
    return sendmmsg(fd, messages, cbench_batch, 0);
}

void cbench_send_one(int fd, int64_t instant) {
    char bytes[size] = {0};
    memcpy(bytes, &instant, sizeof instant);
    (void)!send(fd, bytes, size, 0);
}

int cbench_receive(int fd, int64_t *instants) {
    struct mmsghdr messages[cbench_batch];
    struct iovec parts[cbench_batch];
    char bytes[cbench_batch][size];
    prepare(messages, parts, bytes);
    int count = recvmmsg(fd, messages, cbench_batch, MSG_WAITFORONE, 0);
    for (int i = 0; i < count && instants; i++) memcpy(&instants[i], bytes[i], sizeof *instants);
    return count;
}
