import CLinux
import Glibc

/// Settings of the calling thread, which stay with it: only for a PinnedThread.
package enum CurrentThread {
    /// The kernel's number of the thread. C: `gettid`.
    package static var identifier: Int32 { clinux_gettid() }

    /// Shown by `ps -L`; the kernel keeps 15 bytes. A name is a convenience: failure is not an error.
    package static func setName(_ name: String) {
        let path = "/proc/self/task/\(identifier)/comm"
        let fd = open(path, O_WRONLY | O_CLOEXEC)
        guard fd >= 0 else { return }
        let bytes = Array(name.utf8.prefix(15))
        _ = write(fd, bytes, bytes.count)
        close(fd)
    }

    /// SCHED_FIFO with priority 1 to 99; 0 goes back to SCHED_OTHER.
    package static func setRealtime(priority: Int32) throws(SystemError) {
        try SystemError.check("real-time priority \(priority)") { clinux_set_realtime(priority) }
    }

    /// How much later than asked a sleep may end, in nanoseconds, at least 1; the default is 50 000.
    package static func setTimerSlack(nanoseconds: UInt64) throws(SystemError) {
        try SystemError.check("timer slack") { clinux_set_timer_slack(max(1, nanoseconds)) }
    }

    /// A short slice makes an ordinary thread be scheduled sooner after waking (EEVDF, Linux 6.12; harmless before).
    package static func setSlice(nanoseconds: UInt64) throws(SystemError) {
        try SystemError.check("scheduler slice") { clinux_set_slice(nanoseconds) }
    }

    package static func setAffinity(cpu: Int32) throws(SystemError) {
        try SystemError.check("affinity to CPU \(cpu)") { clinux_set_affinity(cpu) }
    }
}
