#define _GNU_SOURCE
#include "clinux.h"

#include <errno.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/timex.h>
#include <unistd.h>

int clinux_epoll_create(void) { return epoll_create1(EPOLL_CLOEXEC); }

int clinux_epoll_control(int epoll, int op, int fd, uint32_t events, uint64_t token) {
    struct epoll_event event = {.events = events, .data.u64 = token};
    return epoll_ctl(epoll, op, fd, &event);
}

int clinux_epoll_wait(int epoll, struct epoll_event *events, int capacity, int64_t timeout_ns) {
    // The older call costs less, and these are the hot path's.
    if (timeout_ns <= 0) return epoll_wait(epoll, events, capacity, timeout_ns < 0 ? -1 : 0);
    struct timespec timeout = {.tv_sec = timeout_ns / 1000000000, .tv_nsec = timeout_ns % 1000000000};
    int count = (int)syscall(SYS_epoll_pwait2, epoll, events, capacity, &timeout, NULL, 0);
    if (count >= 0 || errno != ENOSYS) return count;
    // Before Linux 5.11: whole milliseconds, rounded up so that nothing fires early.
    return epoll_wait(epoll, events, capacity, (int)((timeout_ns + 999999) / 1000000));
}

uint64_t clinux_epoll_token(const struct epoll_event *event) { return event->data.u64; }

int clinux_timerfd_create(int clock) { return timerfd_create(clock, TFD_CLOEXEC | TFD_NONBLOCK); }

int clinux_timerfd_arm(int fd, int64_t at_ns) {
    struct itimerspec when = {.it_value = {.tv_sec = at_ns / 1000000000, .tv_nsec = at_ns % 1000000000}};
    return timerfd_settime(fd, TFD_TIMER_ABSTIME, &when, NULL);
}

int clinux_timerfd_watch_steps(int fd) {
    // The year 2242: never due.
    struct itimerspec when = {.it_value = {.tv_sec = INT64_C(1) << 33}};
    return timerfd_settime(fd, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, &when, NULL);
}

int clinux_clock_error(int64_t *max_us, int64_t *estimated_us) {
    struct timex state = {.modes = 0};
    if (adjtimex(&state) < 0) return -1;
    *max_us = state.maxerror;
    *estimated_us = state.esterror;
    return state.status;
}

static int64_t nanoseconds(struct timespec time) { return time.tv_sec * INT64_C(1000000000) + time.tv_nsec; }

struct clinux_bracket clinux_clock_bracket(int clock) {
    struct clinux_bracket best = {0};
    for (int index = 0; index < 5; index++) {
        struct timespec before, between, after;
        clock_gettime(CLOCK_MONOTONIC, &before);
        clock_gettime(clock, &between);
        clock_gettime(CLOCK_MONOTONIC, &after);
        struct clinux_bracket next = {nanoseconds(before), nanoseconds(between), nanoseconds(after)};
        if (index == 0 || next.after - next.before < best.after - best.before) best = next;
    }
    return best;
}

int clinux_eventfd_create(void) { return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK); }
