#define _GNU_SOURCE
#include "clinux.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/socket.h>

int clinux_unshare_network(void) { return unshare(CLONE_NEWNET); }
int clinux_unshare_mounts(void) { return unshare(CLONE_NEWNS); }
int clinux_enter_network(int fd) { return setns(fd, CLONE_NEWNET); }
int clinux_enter_mounts(int fd) { return setns(fd, CLONE_NEWNS); }

struct binding {
    const char *path;
    int error;
};

// A thread of its own, so that the caller keeps its namespace; the bind mount keeps the new one alive.
static void *make_namespace(void *argument) {
    struct binding *binding = argument;
    char self[64];
    snprintf(self, sizeof self, "/proc/self/task/%d/ns/net", clinux_gettid());
    if (unshare(CLONE_NEWNET) != 0 || mount(self, binding->path, "none", MS_BIND, NULL) != 0) binding->error = errno;
    return NULL;
}

int clinux_network_namespace_bind(const char *path) {
    struct binding binding = {.path = path, .error = 0};
    pthread_t thread;
    int error = pthread_create(&thread, NULL, make_namespace, &binding);
    if (error == 0) {
        pthread_join(thread, NULL);
        error = binding.error;
    }
    errno = error;
    return error == 0 ? 0 : -1;
}

int clinux_bind_mount(const char *source, const char *target) {
    return mount(source, target, "none", MS_BIND, NULL);
}
int clinux_make_private(const char *target) { return mount("none", target, NULL, MS_REC | MS_PRIVATE, NULL); }
int clinux_make_shared(const char *target) { return mount("none", target, NULL, MS_REC | MS_SHARED, NULL); }
int clinux_unmount(const char *target) { return umount2(target, MNT_DETACH); }
int clinux_accept(int fd) { return accept4(fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK); }

uint64_t clinux_cookie(int fd) {
    uint64_t cookie = 0;
    socklen_t length = sizeof cookie;
    return getsockopt(fd, SOL_SOCKET, SO_COOKIE, &cookie, &length) == 0 ? cookie : 0;
}
