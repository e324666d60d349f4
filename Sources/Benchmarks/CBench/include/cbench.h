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

// To each of these sockets in turn, as close together as they go, until `around` nanoseconds after the instant (CLOCK_MONOTONIC):
// a datagram with its socket's index and the turn, 32 bits each, and to both warmers as well where the instant is not near.
// times: count + 1 of each turn: when each call began, and when the last was over. first: of the turns. Returns the turns that
// there are then, `most` at most.
int cbench_send_in_turn(const int *fds, int count, const int *warmers, int64_t instant, int64_t around, int64_t *times, int first, int most);

#endif
