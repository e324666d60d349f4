import Measures
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

    /// The words of the first guard that fires; `known` is the instant up to which all outcomes have been reported.
    /// A window without requests fires nothing.
    func fired(known: Instant) -> String? {
        let last = known.nanoseconds / 1_000_000_000
        for rule in guards {
            switch rule {
            case .availabilityBelow(let share, let over):
                let length = max(1, (over.nanoseconds + 999_999_999) / 1_000_000_000)
                guard last >= length else { continue }
                var due = 0
                var good = 0
                for second in (last - length)..<last {
                    due += seconds[second]?.due ?? 0
                    good += seconds[second]?.good ?? 0
                }
                guard due > 0, Double(good) < share.double * Double(due) else { continue }
                let percent = (100 * Double(good) / Double(due)).fixed(1)
                return "availability \(percent) % over the last \(over.text), below \(share.percentText)"
            }
        }
        return nil
    }
}
