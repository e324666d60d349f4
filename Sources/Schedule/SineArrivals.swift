import Measures
import Plan

/// Arrivals of a rate that swings: λ(t) = m + a·sin(2πt/P), 0 ≤ a ≤ m.
///
/// N(t) = m·t + a·P/(2π)·(1 − cos(2πt/P)) counts those due by t. It never falls and lies within [m·t, m·t + a·P/π], so
/// the k-th arrival lies in [(k − a·P/π)/m, k/m]: Newton's steps from there, halving where they leave the bracket.
struct SineArrivals {
    private let mean: Double
    private let amplitude: Double
    private let period: Double

    init(_ sine: SineRate) {
        mean = sine.meanPerSecond
        amplitude = sine.amplitudePerSecond
        period = sine.period.seconds
    }

    /// N(t), t in seconds.
    func count(until time: Double) -> Double {
        let swing = amplitude * period / Self.fullTurn
        return mean * time + swing * (1 - Trigonometry.cosine(turns: time / period))
    }

    /// Seconds; not before `earliest`, which is the arrival before it.
    func time(of k: Double, after earliest: Double) -> Double {
        guard mean > 0 else { return .infinity }
        let swing = amplitude * period / Self.fullTurn
        var low = max(earliest, (k - 2 * swing) / mean)
        var high = max(low, k / mean)
        var time = (low + high) / 2
        // Bisection alone would need 60 steps for any bracket.
        for _ in 0..<100 {
            let excess = count(until: time) - k
            if excess > 0 { high = min(high, time) } else { low = max(low, time) }
            let rate = mean + amplitude * Trigonometry.sine(turns: time / period)
            var next = rate > 0 ? time - excess / rate : .infinity
            if !(next >= low && next <= high) { next = (low + high) / 2 }
            if abs(next - time) < 1e-10 || high - low < 1e-10 { return next }
            time = next
        }
        return time
    }

    private static let fullTurn = 2 * Double.pi
}

/// Sine and cosine to some units in the last place, from operations that IEEE 754 rounds exactly: the C library's differ
/// between hosts in the last bit, and then so would a schedule. (Taylor's series; Abramowitz & Stegun 4.3.65, 4.3.66.)
enum Trigonometry {
    /// cos(2πx)
    static func cosine(turns: Double) -> Double {
        let (quarter, rest) = reduced(turns)
        return switch quarter {
        case 0: near(rest).cosine
        case 1: -near(rest).sine
        case 2: -near(rest).cosine
        default: near(rest).sine
        }
    }

    /// sin(2πx)
    static func sine(turns: Double) -> Double {
        let (quarter, rest) = reduced(turns)
        return switch quarter {
        case 0: near(rest).sine
        case 1: near(rest).cosine
        case 2: -near(rest).sine
        default: -near(rest).cosine
        }
    }

    /// The nearest quarter turn, 0 to 3, and what is left, −1/8 to 1/8 of a turn, exact.
    private static func reduced(_ turns: Double) -> (quarter: Int, rest: Double) {
        guard turns.isFinite else { return (0, 0) }
        let part = turns - turns.rounded(.down)
        let quarter = (part * 4).rounded()
        return (Int(quarter) & 3, part - quarter / 4)
    }

    /// Eight terms leave less than 10^-17 at an eighth of a turn.
    private static func near(_ turns: Double) -> (sine: Double, cosine: Double) {
        let x = turns * (2 * Double.pi)
        let square = x * x
        var (sine, cosine) = (0.0, 0.0)
        for term in stride(from: 8, through: 1, by: -1) {
            let (even, odd) = (
                Double(2 * term - 1) * Double(2 * term), Double(2 * term) * Double(2 * term + 1)
            )
            cosine = -square / even * (1 + cosine)
            sine = -square / odd * (1 + sine)
        }
        return (x * (1 + sine), 1 + cosine)
    }
}
