package import Measures

/// How long a CPU worker is busy in each period, so that over many of them it uses exactly its share: what it used too
/// much in one it leaves out of the next. Pure; times in nanoseconds.
///
/// budget(k) = period × share + budget(k-1) - used(k-1). What was missed because others had the CPU is not made up for:
/// a budget is never more than one period's.
package struct DutyCycle: Sendable {
    package let load: Share
    package let period: Int64
    package private(set) var budget: Int64

    package init(load: Share, period: Int64 = 10_000_000) {
        self.load = load
        self.period = period
        budget = Self.part(of: period, load)
    }

    /// A period is over, in which so much CPU time was used.
    package mutating func finish(used: Int64) {
        let fresh = Self.part(of: period, load)
        budget = max(-1_000_000_000, min(fresh, budget - used + fresh))
    }

    private static func part(of period: Int64, _ load: Share) -> Int64 {
        let (high, low) = UInt64(period).multipliedFullWidth(by: load.attos)
        return Int64(Share.one.attos.dividingFullWidth((high, low)).quotient)
    }
}
