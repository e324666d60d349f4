#ifndef CBENCH_H
#define CBENCH_H

#include <stdint.h>

// Datagrams of 64 bytes in calls of up to this many.
enum { cbench_batch = 32 };

// C: sendmmsg; how many were taken, negative on error.
int cbench_send(int fd);
// One, with its instant in the first eight bytes.
void cbench_send_one(int fd, int64_t instant);
// C: recvmmsg, for one at least; how many came. instants: of each, when it was sent; may be null.
int cbench_receive(int fd, int64_t *instants);

#endif
