import CLinux
import Glibc
import Synchronization

/// Something that a host can do or not, found out by trying it, once.
///
/// "This host cannot do that" is data: plans are checked against it before a run, tests skip on it with its reason.
package final class Feature: Sendable {
    package enum Answer: Sendable, Hashable {
        case yes
        /// The host cannot; why, in the kernel's words where it has any.
        case no(String)
        /// The probe itself failed, for example for want of rights; why.
        case unknown(String)

        package var isYes: Bool { self == .yes }
        /// nil when the answer is yes.
        package var reason: String? {
            switch self {
            case .yes: nil
            case .no(let reason), .unknown(let reason): reason
            }
        }
    }

    /// Short: "netem".
    package let name: String
    /// What it takes, and the remedy: "kernel module sch_netem (modprobe sch_netem)".
    package let needs: String
    private let probe: @Sendable () -> Answer
    private let cached = Mutex<Answer?>(nil)

    package init(name: String, needs: String, probe: @escaping @Sendable () -> Answer) {
        self.name = name
        self.needs = needs
        self.probe = probe
    }

    /// Probes at the first call, remembers afterwards; the probe must not ask for its own answer.
    package func answer() -> Answer {
        cached.withLock { cached in
            if let cached { return cached }
            let answer = probe()
            cached = answer
            return answer
        }
    }
}

extension Feature {
    package static let root = Feature(name: "root", needs: "effective user 0 (run with sudo)") {
        geteuid() == 0 ? .yes : .no("the effective user is \(geteuid())")
    }

    package static let realtimeScheduling = Feature(
        name: "real-time scheduling",
        needs: "CAP_SYS_NICE, or ulimit -r above 0"
    ) {
        do {
            try PinnedThread.run(name: "probe") { try CurrentThread.setRealtime(priority: 1) }
            return .yes
        } catch {
            return .no("\(error)")
        }
    }

    package static let networkNamespaces = Feature(
        name: "network namespaces",
        needs: "CAP_SYS_ADMIN and a kernel with CONFIG_NET_NS"
    ) {
        do {
            try PinnedThread.run(name: "probe") {
                _ = try SystemError.check("unshare network") { clinux_unshare_network() }
            }
            return .yes
        } catch let error as SystemError {
            return error.errno == EPERM ? .unknown(error.message) : .no(error.message)
        } catch {
            return .unknown("\(error)")
        }
    }
}
