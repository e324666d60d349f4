import LinuxSystem
import Measures
import Netlink
package import Packetfilter
import Synchronization

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

    private struct Answer: Sendable {
        let backend: DelayBackend
        let reason: String
        /// CLOCK_MONOTONIC, nanoseconds.
        let at: Int64
    }

    private static let answer = Mutex<Answer?>(nil)
    /// A module may be loaded while an agent runs.
    private static let counts = Duration.seconds(60)

    /// The backend and why it is that one, for the plan and the report. An answer counts for a minute: trying takes a network
    /// namespace, and a run asks each agent several times; of two hundred agents on one machine that alone took seconds.
    package static func probe(_ filter: FilterSocket) -> (backend: DelayBackend, reason: String) {
        let now = Clocks.monotonic()
        if let known = answer.withLock({ $0 }), now - known.at < counts.nanoseconds {
            return (known.backend, known.reason)
        }
        let (backend, reason) = tried(filter)
        answer.withLock { $0 = Answer(backend: backend, reason: reason, at: now) }
        return (backend, reason)
    }

    private static func tried(_ filter: FilterSocket) -> (backend: DelayBackend, reason: String) {
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
