import Measures
import Plan
import Schedule

/// When faults meet on the paths of one host: a round trip that two of them changed says nothing about either alone.
struct PathOverlaps {
    private let faults: [(fault: ScheduledFault, reach: FaultReach)]

    init(_ faults: [ScheduledFault]) {
        self.faults = faults.filter { Self.touchesPaths($0.action) }.map { ($0, FaultReach($0.action)) }
    }

    /// How long before its start a fault's path is felt, for comparison.
    private static let lead = Duration.milliseconds(2500)

    /// The parts of a fault's time, and of the time before it, in which another acts on packets between this host and somebody. Wider than need be
    /// where peers are networks: what is left is surely this fault's own.
    func spans(with fault: ScheduledFault, on host: String) -> [Range<Instant>] {
        guard faults.count > 1, fault.start < fault.end,
            let own = faults.first(where: { $0.fault.id == fault.id })
        else { return [] }
        let ends = own.reach.ends(from: host)
        return faults.compactMap { other, reach in
            guard other.id != fault.id, other.start < other.end,
                !Self.isInside(other.action) || Self.isInside(fault.action), reach.meets(ends, from: host)
            else { return nil }
            let both = (fault.start - Self.lead..<fault.end).clamped(to: other.start..<other.end)
            return both.isEmpty ? nil : both
        }
    }

    private static func touchesPaths(_ action: ScheduledFault.Action) -> Bool {
        switch action {
        case .impairment, .partition: true
        default: false
        }
    }

    /// In a container's network: probes of the host's own paths do not pass it, while the container's own pass the host's.
    private static func isInside(_ action: ScheduledFault.Action) -> Bool {
        if case .impairment(_, _, _, let traffic) = action { traffic.container != nil } else { false }
    }
}
