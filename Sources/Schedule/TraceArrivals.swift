import Measures
import Plan

/// The arrivals of a trace, one after the other, pass after pass.
///
///     x   place in the trace, s        s   speed        P   period of the trace, s        p   pass, from 0
///     t   time since time zero, s      w   width of an interval, s
///
/// Instants:  t(k) = (x(k mod n) + ⌊k / n⌋·P) / s, n arrivals a pass.
/// Counts:    with C arrivals before interval i, fractions and earlier passes among them, and c in it, at xᵢ:
///                t(k) = (xᵢ + (k − C)·w / c + p·P) / s   for C ≤ k < C + c
/// Nanoseconds throughout, so that the k-th of a trace is due when it says, to the nanosecond, however many came before.
struct TraceArrivals: Sendable {
    private let trace: ArrivalTrace
    private var pass: Int64 = 0
    /// Of the next instant in this pass, or of the present interval.
    private var index = 0
    /// Of counts: the next arrival's number, and the arrivals before the present interval.
    private var number = 0.0
    private var before = 0.0

    init(_ trace: ArrivalTrace) {
        self.trace = trace
    }

    /// Nanoseconds since time zero; nil: none before the end.
    mutating func next(before end: Int64) -> Int64? {
        switch trace.shape {
        case .instants(let instants):
            if index == instants.count, !beginAgain() { return nil }
            guard index < instants.count else { return nil }
            let due = trace.due(instants[index], pass: pass)
            index += 1
            return due < end ? due : nil
        case .counts(let counts): return next(of: counts, before: end)
        }
    }

    private mutating func next(of counts: TraceCounts, before end: Int64) -> Int64? {
        while true {
            if index == counts.counts.count, !beginAgain() { return nil }
            guard index < counts.counts.count else { return nil }
            let start = counts.start(of: index)
            let count = counts.counts[index]
            // Also where nothing ever comes in a pass, an end is reached.
            guard trace.due(start, pass: pass) < end else { return nil }
            if number < before + count {
                let part = (number - before) / count
                let place = start + Int64((part * Double(counts.every.nanoseconds)).rounded())
                number += 1
                let due = trace.due(place, pass: pass)
                return due < end ? due : nil
            }
            before += count
            index += 1
        }
    }

    /// False: the trace is over.
    private mutating func beginAgain() -> Bool {
        guard trace.period != nil else { return false }
        (index, pass) = (0, pass + 1)
        return true
    }
}
