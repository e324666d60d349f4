#define _GNU_SOURCE
#include "clinux_launch.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <unistd.h>

enum { most_descriptors = 16 };

// Copies above every number that is about to be given out, so that no dup2 overwrites a source that is still needed.
static int lift(const int *fds, int count, int *lifted) {
    for (int index = 0; index < count; index++) {
        lifted[index] = fcntl(fds[index], F_DUPFD_CLOEXEC, count);
        if (lifted[index] >= 0) continue;
        int error = errno;
        while (index-- > 0) close(lifted[index]);
        return error;
    }
    return 0;
}

static int set_attributes(posix_spawnattr_t *attributes, int new_session) {
    sigset_t none, all;
    sigemptyset(&none);
    sigfillset(&all);
    short flags = POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | (new_session ? POSIX_SPAWN_SETSID : 0);
    int error = posix_spawnattr_setsigmask(attributes, &none);
    if (error == 0) error = posix_spawnattr_setsigdefault(attributes, &all);
    if (error == 0) error = posix_spawnattr_setflags(attributes, flags);
    return error;
}

static int set_actions(posix_spawn_file_actions_t *actions, const char *directory, const int *fds, int count) {
    int error = directory ? posix_spawn_file_actions_addchdir_np(actions, directory) : 0;
    for (int index = 0; error == 0 && index < count; index++)
        error = posix_spawn_file_actions_adddup2(actions, fds[index], index);
    return error == 0 ? posix_spawn_file_actions_addclosefrom_np(actions, count) : error;
}

int clinux_spawn(
    pid_t *pid, const char *path, char *const *argv, char *const *envp, const char *directory, const int *fds,
    int fd_count, int new_session
) {
    int lifted[most_descriptors];
    if (fd_count < 0 || fd_count > most_descriptors) return EINVAL;
    int error = lift(fds, fd_count, lifted);
    if (error != 0) return error;

    posix_spawnattr_t attributes;
    posix_spawn_file_actions_t actions;
    posix_spawnattr_init(&attributes);
    posix_spawn_file_actions_init(&actions);
    error = set_attributes(&attributes, new_session);
    if (error == 0) error = set_actions(&actions, directory, lifted, fd_count);
    if (error == 0) error = posix_spawn(pid, path, &actions, &attributes, argv, envp);
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
    for (int index = 0; index < fd_count; index++) close(lifted[index]);
    return error;
}

int clinux_raise_files(uint64_t most, uint64_t *before) {
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return -1;
    *before = limit.rlim_cur;
    rlim_t wanted = limit.rlim_max < most ? limit.rlim_max : most;
    if (wanted <= limit.rlim_cur) return 0;
    limit.rlim_cur = wanted;
    return setrlimit(RLIMIT_NOFILE, &limit);
}

int clinux_limit_files(pid_t pid, uint64_t soft) {
    struct rlimit limit;
    if (prlimit(pid, RLIMIT_NOFILE, NULL, &limit) != 0) return -1;
    if (soft > limit.rlim_max) soft = limit.rlim_max;
    limit.rlim_cur = soft;
    return prlimit(pid, RLIMIT_NOFILE, &limit, NULL);
}

int clinux_own_hostname(const char *name) {
    return unshare(CLONE_NEWUTS) == 0 ? sethostname(name, strlen(name)) : -1;
}

int clinux_bind_tree(const char *source, const char *target) {
    return mount(source, target, "none", MS_BIND | MS_REC, NULL);
}

int clinux_mount_sysfs(const char *target) { return mount("sysfs", target, "sysfs", 0, NULL); }
