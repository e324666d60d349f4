import Recording
import ReferenceTime

// A damaged recording must not make a sum overflow: what lies beyond 36 years is none of ours.

extension Int64 {
    var isPlausible: Bool { (-(1 << 60)...(1 << 60)).contains(self) }
}

extension LocalSpan {
    var isPlausible: Bool { from <= to && from.isPlausible && to.isPlausible }
}

extension ClockModel {
    var isPlausible: Bool {
        low <= high && [time, low, high].allSatisfy(\.isPlausible) && (0...100_000).contains(driftPPM)
    }
}
