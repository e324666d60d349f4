import CLinux

/// What only the start needed: code of parsers and of set-up, whose pages are the file's, shared and clean, but count as
/// this process's memory until they are given back; and what they allocated and freed.
package enum StartupMemory {
    /// Unmaps every page of code and constants; what runs on is mapped again from the page cache as it is reached, as at its
    /// first use: about a microsecond for each sixteen pages. Gives freed memory back to the kernel.
    package static func giveBack() {
        clinux_give_back_code()
        clinux_give_back_heap()
    }
}
