// How a process is started with nothing of its parent's but what it is given.
#ifndef CLINUX_LAUNCH_H
#define CLINUX_LAUNCH_H

#include <stdint.h>
#include <sys/types.h>

// posix_spawn: path with argv and envp (both end with NULL), in directory (or NULL), where fds[i] becomes descriptor
// i, every other descriptor is closed, and every signal is unblocked and at its default action. new_session: setsid.
// Returns 0 and the pid, or an errno (posix_spawn does not use errno itself).
int clinux_spawn(
    pid_t *pid, const char *path, char *const *argv, char *const *envp, const char *directory, const int *fds,
    int fd_count, int new_session
);
// Soft limit of descriptors of this process, up to the hard one and to most; before: what it was.
int clinux_raise_files(uint64_t most, uint64_t *before);
// The same limit of another process, at most its hard one.
int clinux_limit_files(pid_t pid, uint64_t soft);

// C: unshare(CLONE_NEWUTS), then sethostname.
int clinux_own_hostname(const char *name);
// C: mount(2) with MS_BIND | MS_REC.
int clinux_bind_tree(const char *source, const char *target);
// A sysfs that shows the caller's network namespace, mounted over target.
int clinux_mount_sysfs(const char *target);

#endif
