// What Swift cannot see of Linux: functions behind _GNU_SOURCE, variadic calls and function-like macros.
// One symbol, one system call; every symbol is prefixed. Each returns what the system call returns (-1 and errno).
#ifndef CLINUX_H
#define CLINUX_H

#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/types.h>
#include <time.h>

// Readiness and timers ------------------------------------------------------------------------------------------
int clinux_epoll_create(void);
// op: EPOLL_CTL_ADD, _MOD or _DEL. token comes back in the event.
int clinux_epoll_control(int epoll, int op, int fd, uint32_t events, uint64_t token);
// timeout_ns: negative waits for ever. C: epoll_pwait2, which has nanoseconds; epoll_wait where it is missing.
int clinux_epoll_wait(int epoll, struct epoll_event *events, int capacity, int64_t timeout_ns);
uint64_t clinux_epoll_token(const struct epoll_event *event);
int clinux_timerfd_create(int clock);
// Absolute, in nanoseconds of the timer's clock; 0 disarms.
int clinux_timerfd_arm(int fd, int64_t at_ns);
// Of CLOCK_REALTIME: readable, and a read fails with ECANCELED, once that clock was set.
int clinux_timerfd_watch_steps(int fd);
int clinux_eventfd_create(void);

// Processes -----------------------------------------------------------------------------------------------------
int clinux_pidfd_open(pid_t pid);
int clinux_pidfd_send_signal(int pidfd, int signal);
// C: waitid(P_PIDFD, …, WEXITED | WNOHANG?). status: as in siginfo si_status, code: si_code; 0 when nothing to reap.
int clinux_pidfd_wait(int pidfd, int no_hang, int *code, int *status);
// The child gets SIGKILL (or the given signal) when the thread that created it ends.
int clinux_set_parent_death_signal(int signal);
int clinux_set_child_subreaper(int on);
// PR_SET_TIMERSLACK of the calling thread, in nanoseconds.
int clinux_set_timer_slack(uint64_t ns);
int clinux_close_range(unsigned first, unsigned last);
// Real-time priority (SCHED_FIFO, 1 to 99) of the calling thread.
int clinux_set_realtime(int priority);
// A short scheduler slice for the calling SCHED_OTHER thread (sched_setattr), in nanoseconds; other threads keep what they
// have.
int clinux_set_slice(uint64_t ns);
int clinux_set_affinity(int cpu);
pid_t clinux_gettid(void);

// Namespaces and mounts -----------------------------------------------------------------------------------------
// CLONE_NEWNET, CLONE_NEWNS … as numbers, since the macros need _GNU_SOURCE.
int clinux_unshare_network(void);
int clinux_unshare_mounts(void);
int clinux_enter_network(int fd);
int clinux_enter_mounts(int fd);
// Creates a network namespace on a thread of its own and binds it to path (which must exist as a file).
int clinux_network_namespace_bind(const char *path);
int clinux_bind_mount(const char *source, const char *target);
int clinux_make_private(const char *target);
int clinux_make_shared(const char *target);
int clinux_unmount(const char *target);

// Clocks --------------------------------------------------------------------------------------------------------
// What the kernel was told of CLOCK_REALTIME's error, microseconds; the status bits (STA_UNSYNC is 0x40). C: adjtimex, asking
// only.
int clinux_clock_error(int64_t *max_us, int64_t *estimated_us);

// A clock read between two readings of CLOCK_MONOTONIC, nanoseconds.
struct clinux_bracket { int64_t before, between, after; };
// The narrowest of five. In C, so that nothing stands between the readings: their distance is the bound.
struct clinux_bracket clinux_clock_bracket(int clock);

// Sockets -------------------------------------------------------------------------------------------------------
int clinux_accept(int fd);
uint64_t clinux_cookie(int fd);

#endif
