package import LinuxSystem

/// One run of this machine's kernel: pids and start times mean something within it only.
package enum Boot {
    /// /proc/sys/kernel/random/boot_id.
    package static func identifier() throws(SystemError) -> String {
        String(try FileContents.text("/proc/sys/kernel/random/boot_id").prefix { $0 != "\n" })
    }
}
