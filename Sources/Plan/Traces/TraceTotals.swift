import Measures

extension ArrivalTrace {
    /// Arrivals that are due before this many nanoseconds of the run; of counts the sum of their rates until then.
    package func expected(before run: Int64) -> Double {
        guard run > 0 else { return 0 }
        // What has certainly begun: whole passes but the last, in which rounding could matter.
        let elapsed = Int128(run) * Int128(speed.thousandths) / 1000
        guard let period, period > .zero else { return expected(before: run, pass: 0) }
        let whole = Int64(clamping: elapsed / Int128(period.nanoseconds))
        let certain = max(0, whole - 1)
        return Double(certain) * count
            + (certain...(whole + 1)).reduce(0) { $0 + expected(before: run, pass: $1) }
    }

    /// Nanoseconds of the run at which what lies at this place of a pass is due.
    @inlinable
    package func due(_ nanoseconds: Int64, pass: Int64) -> Int64 {
        guard pass > 0, let period else { return speed.replayed(nanoseconds) }
        let (before, overflow) = period.nanoseconds.multipliedReportingOverflow(by: pass)
        let (place, overflows) = before.addingReportingOverflow(nanoseconds)
        return overflow || overflows ? .max : speed.replayed(place)
    }

    private func expected(before run: Int64, pass: Int64) -> Double {
        switch shape {
        case .instants(let instants):
            var (low, high) = (0, instants.count)
            while low < high {
                let middle = (low + high) / 2
                if due(instants[middle], pass: pass) < run { low = middle + 1 } else { high = middle }
            }
            return Double(low)
        case .counts(let counts):
            var sum = 0.0
            for (index, count) in counts.counts.enumerated() {
                let from = due(counts.start(of: index), pass: pass)
                guard from < run else { break }
                let to = due(counts.start(of: index + 1), pass: pass)
                sum += to <= run ? count : count * Double(run - from) / Double(to - from)
            }
            return sum
        }
    }
}

extension TraceCounts {
    /// Nanoseconds of the trace.
    @inlinable
    package func start(of interval: Int) -> Int64 { start + every.nanoseconds * Int64(interval) }
}
