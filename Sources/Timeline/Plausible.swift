import Measures
import Recording

// A damaged recording must not make a sum overflow: what lies beyond 36 years is none of ours.

extension Int64 {
    var isPlausible: Bool { (-(1 << 60)...(1 << 60)).contains(self) }
}

extension LocalSpan {
    var isPlausible: Bool { from <= to && from.isPlausible && to.isPlausible }
}

extension BoundedInstant {
    var isPlausible: Bool { instant.nanoseconds.isPlausible && boundNanoseconds.isPlausible }
}
