package import Measures
package import Plan

extension ArrivalProcess {
    /// Mean number of arrivals before this instant of a run that ends at `end`. Zero for a closed model: the target decides.
    package func expectedCount(until instant: Instant, of end: Instant) -> Double {
        let seconds = max(0, min(instant, end).seconds)
        switch self {
        case .constant(let rate), .poisson(let rate): return rate * seconds
        case .ramp(let from, let to):
            guard end.seconds > 0 else { return 0 }
            return from * seconds + (to - from) * seconds * seconds / (2 * end.seconds)
        case .steps(let steps):
            var count = 0.0
            var left = seconds
            for (index, step) in steps.enumerated() {
                let length = index == steps.count - 1 ? left : min(left, step.lasting.seconds)
                count += step.perSecond * length
                left -= length
            }
            return count
        case .sine(let sine): return SineArrivals(sine).count(until: seconds)
        case .trace(let trace): return trace.expected(before: min(instant, end).nanoseconds)
        case .closed: return 0
        }
    }
}
