// The process's own memory.
#ifndef CLINUX_MEMORY_H
#define CLINUX_MEMORY_H

// Unmaps every page of this process's code; each comes back from its file when it is reached. What the kernel refuses
// stays mapped. C: dl_iterate_phdr and madvise(MADV_DONTNEED).
void clinux_give_back_code(void);

#endif
