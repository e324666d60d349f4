import Foundation
import LinuxSystem

/// Who asks, for agents and for others that come to them meanwhile.
package enum CoordinatorName {
    /// "ana@laptop": for people only; what one may do is decided by keys.
    package static var own: String {
        let environment = ProcessInfo.processInfo.environment
        // Whom sudo works for says more than root.
        let user = environment["SUDO_USER"] ?? NSUserName()
        let host = (try? FileContents.text("/proc/sys/kernel/hostname"))?
            .trimmingCharacters(in: .whitespacesAndNewlines)
        return "\(user)@\(host ?? "unknown")"
    }
}
