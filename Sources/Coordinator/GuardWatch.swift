package import Measures
import Plan

/// Decides whether a guard has fired, from requests as their outcomes become known. Pure: time is a parameter.
struct GuardWatch {
    private let guards: [GuardPlan]
    /// Due and good requests by whole second of their intended start.
    private var seconds: [Int64: (due: Int, good: Int)] = [:]

    init(_ guards: [GuardPlan]) {
        self.guards = guards
    }

    mutating func add(intended: Instant, good: Bool) {
        let second = intended.nanoseconds / 1_000_000_000
        seconds[second, default: (0, 0)].due += 1
        if good { seconds[second, default: (0, 0)].good += 1 }
    }

    /// How far each is from firing; `known` is the instant up to which all outcomes have been reported.
    func readings(known: Instant) -> [GuardReading] {
        let last = known.nanoseconds / 1_000_000_000
        return guards.map { rule in
            switch rule {
            case .availabilityBelow(let share, let over):
                let length = max(1, (over.nanoseconds + 999_999_999) / 1_000_000_000)
                guard last >= length else { return GuardReading(limit: share, over: over, due: 0, good: 0) }
                var due = 0
                var good = 0
                for second in (last - length)..<last {
                    due += seconds[second]?.due ?? 0
                    good += seconds[second]?.good ?? 0
                }
                return GuardReading(limit: share, over: over, due: due, good: good)
            }
        }
    }

    /// The words of the first guard that fires. A window without requests fires nothing.
    func fired(known: Instant) -> String? {
        for reading in readings(known: known) where reading.hasFired {
            let percent = (100 * (reading.share ?? 0)).fixed(1)
            return
                "availability \(percent) % over the last \(reading.over.text), below \(reading.limit.percentText)"
        }
        return nil
    }
}

/// A guard beside what it watches, as far as that is known.
package struct GuardReading: Sendable, Equatable {
    package let limit: Share
    package let over: Duration
    package let due: Int
    package let good: Int

    /// Good share of its window; nil: not a whole window is known yet, or nothing was due in it.
    package var share: Double? { due > 0 ? Double(good) / Double(due) : nil }

    var hasFired: Bool { due > 0 && Double(good) < limit.double * Double(due) }
}
