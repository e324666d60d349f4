// What <sys/statfs.h> has and Swift cannot see.
#ifndef CLINUX_FILES_H
#define CLINUX_FILES_H

#include <stdint.h>

// The kind of the file system that holds path, a number of <linux/magic.h>; -1 and errno. C: statfs.
int64_t clinux_filesystem_kind(const char *path);

#endif
