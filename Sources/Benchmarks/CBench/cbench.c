#define _GNU_SOURCE
#include "cbench.h"

#include <string.h>
#include <sys/socket.h>
#include <time.h>

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

static int64_t now(clockid_t clock) {
    struct timespec time;
    clock_gettime(clock, &time);
    return time.tv_sec * 1000000000LL + time.tv_nsec;
}

void cbench_send_stamped(int fd) {
    int64_t instants[2] = {now(CLOCK_MONOTONIC), now(CLOCK_REALTIME)};
    (void)!send(fd, instants, sizeof instants, 0);
}

int cbench_stamp(int fd) {
    int one = 1;
    return setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPNS, &one, sizeof one);
}

int cbench_receive_stamped(int fd, int64_t *sent, int64_t *under_way) {
    int64_t instants[2];
    char control[128];
    struct iovec part = {instants, sizeof instants};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
    if (recvmsg(fd, &message, MSG_DONTWAIT) != sizeof instants) return 0;
    *sent = instants[0];
    *under_way = 0;
    for (struct cmsghdr *part = CMSG_FIRSTHDR(&message); part; part = CMSG_NXTHDR(&message, part)) {
        if (part->cmsg_level != SOL_SOCKET || part->cmsg_type != SCM_TIMESTAMPNS) continue;
        struct timespec time;
        memcpy(&time, CMSG_DATA(part), sizeof time);
        *under_way = time.tv_sec * 1000000000LL + time.tv_nsec - instants[1];
    }
    return 1;
}

int cbench_send_in_turn(const int *fds, int count, const int *warmers, int64_t instant, int64_t around, int64_t *times, int first, int most) {
    // What packets take stays in the caches for so long.
    enum { warm = 50000 };
    int turn = first;
    int64_t time = now(CLOCK_MONOTONIC);
    while (turn < most && time < instant + around) {
        for (int i = 0; i < count; i++) {
            int32_t word[2] = {i, turn};
            times[turn * (count + 1) + i] = time;
            (void)!send(fds[i], word, sizeof word, 0);
            time = now(CLOCK_MONOTONIC);
        }
        times[turn * (count + 1) + count] = time;
        turn++;
        if (time > instant - warm && time < instant + warm) continue;
        char byte = 0;
        for (int i = 0; i < 2; i++) (void)!send(warmers[i], &byte, 1, 0);
        time = now(CLOCK_MONOTONIC);
    }
    return turn;
}
