import CLinux

/// Code that ran once, at the start: parsers of files, set-up of libraries. Its pages are the file's, shared and clean, but
/// they count as this process's memory until they are given back.
package enum StartupCode {
    /// Unmaps every page of code; what runs on is mapped again from the page cache as it is reached, as at its first use:
    /// about a microsecond for each sixteen pages. So not while something is measured.
    package static func giveBack() { clinux_give_back_code() }
}
