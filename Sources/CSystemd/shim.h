// What is called of libsystemd's D-Bus client (sd-bus), as pointers that are found when they are first needed: the program
// starts without the library, and is built without its headers. Of the calls only those without variable arguments.
#ifndef CSYSTEMD_SHIM_H
#define CSYSTEMD_SHIM_H

#include <dlfcn.h>
#include <stddef.h>
#include <stdint.h>

typedef struct sd_bus sd_bus;
typedef struct sd_bus_message sd_bus_message;

// As <systemd/sd-bus.h> lays it out; its owner calls sd_bus_error_free.
typedef struct {
    const char *name;
    const char *message;
    int need_free;
} sd_bus_error;

// Each: result, name, parameters. All are in libsystemd since version 241 (2019). The two that let go return NULL always;
// void lets ForeignHandle take them.
#define CSYSTEMD_EACH(F)                                                                                              \
    F(int, sd_bus_new, (sd_bus **bus))                                                                                \
    F(int, sd_bus_set_address, (sd_bus *bus, const char *address))                                                    \
    F(int, sd_bus_set_bus_client, (sd_bus *bus, int is_client))                                                       \
    F(int, sd_bus_start, (sd_bus *bus))                                                                               \
    F(int, sd_bus_is_ready, (sd_bus *bus))                                                                            \
    F(int, sd_bus_process, (sd_bus *bus, sd_bus_message **message))                                                   \
    F(int, sd_bus_wait, (sd_bus *bus, uint64_t microseconds))                                                         \
    F(void, sd_bus_close_unref, (sd_bus *bus))                                                                        \
    F(int, sd_bus_call,                                                                                               \
      (sd_bus *bus, sd_bus_message *message, uint64_t microseconds, sd_bus_error *error, sd_bus_message **reply))     \
    F(void, sd_bus_error_free, (sd_bus_error *error))                                                                 \
    F(int, sd_bus_message_new_method_call,                                                                            \
      (sd_bus *bus, sd_bus_message **message, const char *destination, const char *path, const char *interface,       \
       const char *member))                                                                                           \
    F(void, sd_bus_message_unref, (sd_bus_message *message))                                                          \
    F(int, sd_bus_message_append_basic, (sd_bus_message *message, char type, const void *value))                      \
    F(int, sd_bus_message_read_basic, (sd_bus_message *message, char type, void *value))                              \
    F(int, sd_bus_message_is_signal, (sd_bus_message *message, const char *interface, const char *member))            \
    F(const char *, sd_bus_message_get_sender, (sd_bus_message *message))

#define CSYSTEMD_FIELD(result, name, parameters) result(*name) parameters;
typedef struct {
    CSYSTEMD_EACH(CSYSTEMD_FIELD)
} csystemd;

// NULL: all are found. Otherwise what the dynamic linker says; the next call of dlopen or dlsym takes it away. The library
// stays in memory (RTLD_NODELETE), so that nobody has to hold it.
static inline const char *csystemd_find(csystemd *found, const char *library) {
    void *handle = dlopen(library, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
    if (!handle) return dlerror();
#define CSYSTEMD_FIND(result, name, parameters)                                                                       \
    if (!(found->name = (result(*) parameters)dlsym(handle, #name))) return dlerror();
    CSYSTEMD_EACH(CSYSTEMD_FIND)
    dlclose(handle);
    return NULL;
}

#endif
