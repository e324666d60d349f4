import LinuxSystem
import Netlink
package import Packetfilter

/// How this host delays packets, found out by trying.
package enum DelayBackend: Sendable, Equatable {
    case netem
    /// The kernel has no netem: packets are held in NFQUEUE and released by the agent.
    case queue
    case none

    package var name: String {
        switch self {
        case .netem: "netem"
        case .queue: "queue"
        case .none: "none"
        }
    }

    /// The backend and why it is that one, for the plan and the report.
    package static func probe(_ filter: FilterSocket) -> (backend: DelayBackend, reason: String) {
        let answer = Feature.delayTree.answer()
        if answer.isYes { return (.netem, "the kernel has sch_netem and sch_prio") }
        let missing = answer.reason ?? "netem is missing"
        do {
            let dialect = try filter.queueDialect()
            return (.queue, "no netem (\(missing)); NFQUEUE works (\(dialect))")
        } catch {
            return (.none, "no netem (\(missing)) and no NFQUEUE (\(error.message))")
        }
    }
}
