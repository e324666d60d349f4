#define _GNU_SOURCE
#include "clinux.h"

#include <sched.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef P_PIDFD
#define P_PIDFD 3
#endif

int clinux_pidfd_open(pid_t pid) { return (int)syscall(SYS_pidfd_open, pid, 0); }

int clinux_pidfd_send_signal(int pidfd, int signal) {
    return (int)syscall(SYS_pidfd_send_signal, pidfd, signal, NULL, 0);
}

int clinux_pidfd_wait(int pidfd, int no_hang, int *code, int *status) {
    siginfo_t info;
    memset(&info, 0, sizeof info);
    int result = waitid((idtype_t)P_PIDFD, (id_t)pidfd, &info, WEXITED | (no_hang ? WNOHANG : 0));
    *code = info.si_pid == 0 ? 0 : info.si_code;
    *status = info.si_status;
    return result;
}

int clinux_set_parent_death_signal(int signal) { return prctl(PR_SET_PDEATHSIG, signal); }
int clinux_set_child_subreaper(int on) { return prctl(PR_SET_CHILD_SUBREAPER, on); }
int clinux_set_timer_slack(uint64_t ns) { return prctl(PR_SET_TIMERSLACK, ns); }
int clinux_close_range(unsigned first, unsigned last) { return (int)syscall(SYS_close_range, first, last, 0); }

int clinux_set_realtime(int priority) {
    struct sched_param parameters = {.sched_priority = priority};
    return sched_setscheduler(0, priority > 0 ? SCHED_FIFO : SCHED_OTHER, &parameters);
}

// The kernel's struct sched_attr, first version: <linux/sched/types.h> clashes with glibc's <sched.h>.
struct scheduling_attributes {
    uint32_t size, sched_policy;
    uint64_t sched_flags;
    int32_t sched_nice;
    uint32_t sched_priority;
    uint64_t sched_runtime, sched_deadline, sched_period;
};

int clinux_set_slice(uint64_t ns) {
    struct scheduling_attributes attributes;
    memset(&attributes, 0, sizeof attributes);
    // It would make a real-time thread an ordinary one.
    if (sched_getscheduler(0) != SCHED_OTHER) return 0;
    attributes.size = sizeof attributes;
    attributes.sched_policy = SCHED_OTHER;
    attributes.sched_runtime = ns;
    return (int)syscall(SYS_sched_setattr, 0, &attributes, 0);
}

int clinux_set_affinity(int cpu) {
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(cpu, &set);
    return sched_setaffinity(0, sizeof set, &set);
}

pid_t clinux_gettid(void) { return (pid_t)syscall(SYS_gettid); }
