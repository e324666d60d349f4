import Foundation
import Measures

/// Values to pixels on a straight axis.
struct LinearScale: Sendable {
    let domain: ClosedRange<Double>
    let start: Double
    let end: Double

    /// Always a finite position between start and end.
    func position(_ value: Double) -> Double {
        let width = domain.upperBound - domain.lowerBound
        guard width > 0, value.isFinite else { return start }
        let part = max(0, min(1, (value - domain.lowerBound) / width))
        return start + part * (end - start)
    }

    /// Round values inside the domain, at most `count` steps of 1, 2 or 5 × 10^k.
    func ticks(atMost count: Int) -> [Double] {
        let step = Self.roundStep(atLeast: (domain.upperBound - domain.lowerBound) / Double(max(1, count)))
        guard step > 0, step.isFinite else { return [domain.lowerBound] }
        let first = (domain.lowerBound / step).rounded(.up)
        let last = (domain.upperBound / step * (1 + 1e-12)).rounded(.down)
        // A domain so far from zero that its width is lost in rounding has no steps.
        guard last >= first, last - first <= Double(count) + 1 else { return [domain.lowerBound] }
        return stride(from: first, through: last, by: 1).map { $0 * step }
    }

    /// A round end for an axis from zero that holds this value.
    static func roundEnd(holding value: Double) -> Double {
        guard value > 0, value.isFinite else { return 1 }
        let power = pow(10, floor(log10(value)))
        return ([1, 1.5, 2, 2.5, 3, 4, 5, 6, 8].first { $0 * power >= value * (1 - 1e-9) } ?? 10) * power
    }

    /// The smallest 1, 2 or 5 × 10^k that is no smaller than this.
    static func roundStep(atLeast value: Double) -> Double {
        guard value > 0, value.isFinite else { return 1 }
        let power = pow(10, floor(log10(value)))
        for factor in [1.0, 2, 5] where factor * power >= value * (1 - 1e-9) { return factor * power }
        return 10 * power
    }
}

/// Durations to pixels on a logarithmic axis.
struct LatencyScale: Sendable {
    /// Both ends above zero.
    let shortest: Double
    let longest: Double
    let start: Double
    let end: Double

    init(shortest: Duration, longest: Duration, start: Double, end: Double) {
        self.shortest = max(1e-9, shortest.seconds)
        self.longest = max(self.shortest * 1.01, longest.seconds)
        self.start = start
        self.end = end
    }

    func position(_ value: Duration) -> Double {
        let clamped = max(shortest, min(longest, value.seconds))
        return start + (end - start) * log(clamped / shortest) / log(longest / shortest)
    }

    /// Powers of ten inside the axis; with the halves 2 and 5 when it spans less than two of them.
    var ticks: [Duration] {
        let decades = log10(longest / shortest)
        let factors: [Double] = decades < 1.2 ? [1, 2, 5] : decades < 3.2 ? [1, 3] : [1]
        var result: [Duration] = []
        for exponent in -9...4 {
            for factor in factors {
                let value = factor * pow(10, Double(exponent))
                guard value >= shortest * 0.999, value <= longest * 1.001 else { continue }
                result.append(Duration(nanoseconds: Int64((value * 1e9).rounded())))
            }
        }
        return result
    }
}

/// Quantiles by their number of nines: −log10(1 − q). 0 %, 90 %, 99 %, 99.9 % are equally far apart.
struct NinesScale: Sendable {
    /// Nines at the right end, at least 1.
    let nines: Double

    /// Part of the axis' width, 0 to 1, for the share above the quantile.
    func part(exceedance: Double) -> Double {
        guard exceedance > 0 else { return 1 }
        return max(0, min(1, -log10(exceedance) / nines))
    }

    /// 0 %, 90 %, 99 %, … with their parts.
    var ticks: [(label: String, part: Double)] {
        (0...Int(nines)).map { count in
            let label: String
            switch count {
            case 0: label = "0"
            case 1: label = "90"
            case 2: label = "99"
            default: label = "99." + String(repeating: "9", count: count - 2)
            }
            return (label + " %", Double(count) / nines)
        }
    }
}
