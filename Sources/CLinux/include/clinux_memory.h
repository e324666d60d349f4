// The process's own memory.
#ifndef CLINUX_MEMORY_H
#define CLINUX_MEMORY_H

// Unmaps every page of this process's code and constants; each comes back from its file when it is reached. What the kernel refuses
// stays mapped. C: dl_iterate_phdr and madvise(MADV_DONTNEED).
void clinux_give_back_code(void);

// Gives what was freed back to the kernel, and from now on whatever is large as soon as it is freed: left to itself, glibc
// raises the size from which it does so to that of the largest that it has seen. C: mallopt(M_MMAP_THRESHOLD), malloc_trim.
void clinux_give_back_heap(void);

#endif
