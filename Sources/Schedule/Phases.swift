package import Measures

extension Phase {
    /// Divides [0, end) without gaps. While faults act, the phase belongs to the earliest started (of two at once, the
    /// first of the file) until that one ends, then to the earliest started of those that still act. Before the first
    /// fault lies the baseline; where no fault acts after one has, recovery. None is empty.
    package static func sequence(of faults: [ScheduledFault], end: Instant) -> [Phase] {
        var phases: [Phase] = []
        var now = Instant.zero
        var last: ScheduledFault?
        var index = 0
        while now < end {
            while index < faults.count, faults[index].end <= now { index += 1 }
            // Faults are by start, so of those that are not over this is the earliest started, or the next to start.
            let fault = index < faults.count ? faults[index] : nil
            if let fault, fault.start <= now {
                let until = min(fault.end, end)
                phases.append(Phase(kind: .fault(id: fault.id, name: fault.name), start: now, end: until))
                (now, last) = (until, fault)
            } else {
                let next = min(fault?.start ?? end, end)
                let kind: Kind = last.map { .recovery(after: $0.id) } ?? .baseline
                phases.append(Phase(kind: kind, start: now, end: next))
                now = next
            }
        }
        return phases
    }
}
