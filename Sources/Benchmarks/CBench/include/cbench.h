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

// One that says when it was sent, by CLOCK_MONOTONIC and CLOCK_REALTIME, nanoseconds.
void cbench_send_stamped(int fd);
// Has the kernel stamp what arrives at the socket; 0, or -1 with errno.
int cbench_stamp(int fd);
// The next of these that waits: 1, and its instant of sending (CLOCK_MONOTONIC) and its time under way, nanoseconds; 0: none.
int cbench_receive_stamped(int fd, int64_t *sent, int64_t *under_way);

#endif
