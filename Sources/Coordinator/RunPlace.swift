package import Measures
package import Schedule
import Timeline

/// Where a run is in its schedule: its phase, what acts, what comes next.
package struct RunPlace: Sendable, Equatable {
    /// "cut, phase 4 of 7"; nil: before the first.
    package var phase: String?
    /// What acts, and for how much longer.
    package var acting: [Entry] = []
    /// What begins next, and in how long; nil: nothing.
    package var next: Entry?

    package struct Entry: Sendable, Equatable {
        /// "cut#1 partition …"
        package let text: String
        package let left: Duration
    }

    package init() {}

    package init(at now: Instant, in schedule: Schedule) {
        if let index = schedule.phases.lastIndex(where: { $0.start <= now }) {
            phase = "\(schedule.phases[index].name), phase \(index + 1) of \(schedule.phases.count)"
        }
        acting = schedule.faults.filter { $0.start <= now && now < $0.end }.map { fault in
            Entry(text: "\(fault.id) \(fault.action.words)", left: fault.end - now)
        }
        next = schedule.faults.filter { $0.start > now }.min { $0.start < $1.start }.map { fault in
            Entry(text: "\(fault.id) \(fault.action.words)", left: fault.start - now)
        }
    }
}
