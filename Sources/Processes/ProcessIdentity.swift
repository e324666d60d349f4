/// A process for all time: the kernel gives a pid again, but not with the same start time.
package struct ProcessIdentity: Hashable, Sendable, Codable {
    package let pid: Int32
    /// Clock ticks (1/100 s) from boot to the process's start: field 22 of /proc/PID/stat.
    package let startTime: UInt64

    package init(pid: Int32, startTime: UInt64) {
        self.pid = pid
        self.startTime = startTime
    }
}
