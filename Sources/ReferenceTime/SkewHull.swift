/// The estimated tier (clocks.md, section 8.4): the straight line that the offset followed over the last minute, from the
/// limits that exchanges set, with the range of slopes that they leave. An estimate, never a bound: it takes for granted
/// that the clocks' skew was constant but for a stated wander.
///
/// Upper limits (t, u) and lower limits (t, l) of φ, the offset less the slews. Whatever straight line lies below all u
/// and above all l has a slope s with s ≤ (u − l)/(tᵤ − tₗ) for every l before a u, and s ≥ (l − u)/(tₗ − tᵤ) for every u
/// before an l. The extremes lie on the lower hull of the u and the upper hull of the l.
package struct SkewHull: Sendable, Hashable {
    package struct Estimate: Sendable, Hashable, Codable {
        /// Reference − local, nanoseconds, and what it is thought to be wrong by.
        package var offset: Int64
        package var halfWidth: Int64
        /// How fast the reference runs ahead, in parts per thousand million, and half the range of what the limits allow.
        package var skewPPB: Int64
        package var skewRangePPB: Int64
    }

    /// Local time that is looked back over, nanoseconds.
    private static let window: Int64 = 60_000_000_000
    /// The limits of so long a stretch are one point each: the best of it. So there are at most 601 of either.
    private static let stretch: Int64 = 100_000_000
    /// Below this a slope says nothing.
    private static let shortest: Int64 = 2_000_000_000
    /// Change of the skew that is allowed for, parts per thousand million.
    private static let wanderPPB = 1000.0

    private struct Point: Sendable, Hashable {
        var time: Int64
        var value: Int64
    }

    private var upper: [Point] = []
    private var lower: [Point] = []
    /// m_ref − m_local of the latest exchange.
    private var slew: Int64 = 0

    package init() {}

    /// Exchanges in the order of their return; one that is late is left out.
    package mutating func add(_ exchange: ClockExchange) {
        guard exchange.isCausal, exchange.returned >= lower.last?.time ?? .min else { return }
        slew = exchange.referenceSlew - exchange.localSlew
        let up = Point(time: exchange.sent, value: exchange.received - exchange.sent - slew)
        let down = Point(time: exchange.returned, value: exchange.answered - exchange.returned - slew)
        Self.keep(up, in: &upper) { $0 < $1 }
        Self.keep(down, in: &lower) { $0 > $1 }
    }

    /// Another epoch: nothing of before holds.
    package mutating func removeAll() {
        upper.removeAll(keepingCapacity: true)
        lower.removeAll(keepingCapacity: true)
    }

    /// Nil for less than two seconds of exchanges. `slew`: m_ref − m_local at that instant; nil: as at the latest exchange.
    package func estimate(at local: Int64, slew present: Int64? = nil) -> Estimate? {
        guard let first = upper.first, let last = lower.last, last.time - first.time >= Self.shortest else {
            return nil
        }
        let base = (time: first.time, value: first.value)
        let above = Self.hull(upper, from: base) { $0 <= 0 }
        let below = Self.hull(lower, from: base) { $0 >= 0 }
        guard let (least, most) = Self.slopes(above, below) else { return nil }
        let skew = (least + most) / 2
        // Slopes that contradict one another: the clock wandered, by about the gap.
        let range = abs(most - least) / 2
        let rate = range + Self.wanderPPB / 1e9
        let now = Double(local - base.time)
        var high = Double.infinity
        var low = -Double.infinity
        for point in above {
            high = min(high, point.value + skew * (now - point.time) + rate * abs(now - point.time))
        }
        for point in below {
            low = max(low, point.value + skew * (now - point.time) - rate * abs(now - point.time))
        }
        return Estimate(
            offset: base.value + Self.whole((low + high) / 2) + (present ?? slew),
            halfWidth: Self.whole(abs(high - low) / 2) + 1,
            skewPPB: Self.whole(skew * 1e9),
            skewRangePPB: Self.whole(range * 1e9) + 1
        )
    }

    /// Absurd limits give absurd slopes, and no overflow.
    private static func whole(_ value: Double) -> Int64 { Int64(min(max(value, -0x1p59), 0x1p59)) }

    /// `isBetter`: the first value says more than the second.
    private static func keep(_ point: Point, in points: inout [Point], isBetter: (Int64, Int64) -> Bool) {
        let gone = points.firstIndex { point.time - $0.time <= window } ?? points.count
        if gone > 0 { points.removeFirst(gone) }
        guard let last = points.last, point.time / stretch == last.time / stretch else {
            points.append(point)
            return
        }
        if isBetter(point.value, last.value) { points[points.count - 1] = point }
    }

    /// Relative to the first point, so that a Double is exact.
    private struct Vertex {
        var time: Double
        var value: Double
    }

    /// Andrew's monotone chain over points in the order of time. `isInside`: of a turn's sign, the middle one is no corner.
    private static func hull(
        _ points: [Point],
        from base: (time: Int64, value: Int64),
        isInside: (Double) -> Bool
    ) -> [Vertex] {
        var hull: [Vertex] = []
        for point in points {
            let next = Vertex(time: Double(point.time - base.time), value: Double(point.value - base.value))
            while hull.count >= 2 {
                let (a, b) = (hull[hull.count - 2], hull[hull.count - 1])
                let turn =
                    (b.time - a.time) * (next.value - a.value) - (b.value - a.value) * (next.time - a.time)
                guard isInside(turn) else { break }
                hull.removeLast()
            }
            hull.append(next)
        }
        return hull
    }

    /// Least and most slope, as a ratio. Nil without a pair in both orders. Hulls have few corners: all pairs are tried.
    private static func slopes(_ above: [Vertex], _ below: [Vertex]) -> (least: Double, most: Double)? {
        var least = -Double.infinity
        var most = Double.infinity
        for up in above {
            for down in below where up.time != down.time {
                let slope = (up.value - down.value) / (up.time - down.time)
                if up.time > down.time { most = min(most, slope) } else { least = max(least, slope) }
            }
        }
        return least.isFinite && most.isFinite ? (least, most) : nil
    }
}
