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
        let needed = [Feature.delayTree, .packetDetours].map { ($0, $0.answer()) }
        guard let (feature, answer) = needed.first(where: { !$0.1.isYes }) else {
            return (.netem, "the kernel has netem and all that a detour to it needs")
        }
        let missing = "\(feature.name): \(answer.reason ?? "missing"); needs \(feature.needs)"
        do {
            let dialect = try filter.queueDialect()
            return (.queue, "no \(feature.name) here (see doctor); NFQUEUE works (\(dialect))")
        } catch {
            return (.none, "no netem (\(missing)) and no NFQUEUE (\(error.message))")
        }
    }
}
