// Counts a program's allocations: stands before glibc's malloc and its sisters in every program that links it.
#ifndef CALLOCATIONS_H
#define CALLOCATIONS_H

#include <stdint.h>

// Since the start, of all threads.
uint64_t callocations_count(void);

#endif
