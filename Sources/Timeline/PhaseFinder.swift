package import Measures
package import Schedule

/// Which phase an instant belongs to.
package struct PhaseFinder: Sendable {
    private let starts: [Instant]

    package init(_ phases: [Phase]) {
        self.starts = phases.map(\.start)
    }

    package var count: Int { starts.count }

    /// The last phase that has begun; what is due before the first belongs to the first.
    package func index(of instant: Instant) -> Int {
        var low = 0
        var high = max(0, starts.count - 1)
        while low < high {
            let middle = (low + high + 1) / 2
            if starts[middle] <= instant { low = middle } else { high = middle - 1 }
        }
        return low
    }
}

extension RunBursts {
    /// - Parameters:
    ///   - marks: sorted.
    ///   - threshold: nil: of bad requests; else of those not answered well within the threshold of this index.
    init(in marks: MarkLog, phases: [Phase], threshold: Int? = nil) {
        var total = BurstCounter()
        var byPhase = Array(repeating: BurstCounter(), count: phases.count)
        let finder = PhaseFinder(phases)
        marks.forEach { mark in
            let isGood = threshold.map { mark.within & (1 << UInt8($0)) != 0 } ?? mark.good
            total.add(good: isGood, count: mark.count)
            if !phases.isEmpty { byPhase[finder.index(of: mark.at)].add(good: isGood, count: mark.count) }
        }
        self.init(total: total.summary, byPhase: byPhase.map(\.summary))
    }

    static func slow(in marks: MarkLog, phases: [Phase], thresholds: [Duration]) -> [Duration: RunBursts] {
        var all: [Duration: RunBursts] = [:]
        for (index, threshold) in thresholds.enumerated() {
            all[threshold] = RunBursts(in: marks, phases: phases, threshold: index)
        }
        return all
    }
}
