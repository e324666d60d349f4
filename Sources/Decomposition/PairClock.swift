import ReferenceTime

/// The client's clock against the server's over a run: from both hosts' exchanges with the reference, made narrower by the
/// requests' own packets (clocks.md, section 5, "recovered common time line"). Pure.
///
/// δ = client − server. No packet arrives before it left: a request says δ ≥ c1 − s1, an answer δ ≤ c2 − s2. Both hold at
/// their instants and, with ρ_max · |t − tᵢ| added, at every other.
struct PairClock {
    /// ρ_max of a pair of clocks, both their shares together: the proven tier's default.
    private static let driftPPM: Int64 = 200

    private let client: ClockTrack
    private let server: ClockTrack
    private var constraints: [ClockModel] = []
    private var packets = ClockTrack([])

    init(client: ClockTrack, server: ClockTrack) {
        self.client = client
        self.server = server
    }

    /// How far the two may part in so many nanoseconds.
    static func growth(over time: Int64) -> Int64 {
        IntervalClock(driftPPM: driftPPM).growth(over: abs(time))
    }

    /// `error`: of the stamps of both hosts together.
    mutating func add(_ seen: Sighting, error: Int64) {
        constrain(at: seen.requestLeft, low: seen.requestLeft - seen.requestArrived - error)
        constrain(at: seen.answerArrived, high: seen.answerArrived - seen.answerLeft + error)
    }

    /// A packet limits δ on one side; on the other the clocks do. One that contradicts them proves that a stamp is wrong,
    /// and not which: it changes nothing.
    private mutating func constrain(at local: Int64, low: Int64 = .min, high: Int64 = .max) {
        guard let clocks = clockLimits(at: local) else { return }
        let (low, high) = (max(low, clocks.lowerBound), min(high, clocks.upperBound))
        guard low <= high else { return }
        constraints.append(ClockModel(time: local, low: low, high: high, driftPPM: Self.driftPPM))
    }

    /// After the last `add`.
    mutating func prepare() {
        packets = ClockTrack(constraints)
        constraints = []
    }

    /// Limits of δ at an instant of the client's clock; nil without a reading of either clock.
    func limits(at local: Int64) -> ClosedRange<Int64>? {
        guard let clocks = clockLimits(at: local) else { return nil }
        guard let packets = packets.limits(at: local) else { return clocks }
        let low = max(clocks.lowerBound, packets.lowerBound)
        let high = min(clocks.upperBound, packets.upperBound)
        return low <= high ? low...high : clocks
    }

    /// Of the exchanges with the reference alone. Reference = c + θc = s + θs gives δ = θs − θc.
    func clockLimits(at local: Int64) -> ClosedRange<Int64>? {
        guard let mine = client.limits(at: local) else { return nil }
        let reference = local + mine.lowerBound + (mine.upperBound - mine.lowerBound) / 2
        // θs is asked for at the server's instant, which depends on θs: from the reference's instant it is found in two
        // steps, however far the clocks are apart.
        var there = reference
        for _ in 0..<2 {
            guard let theirs = server.limits(at: there) else { return nil }
            there = reference - (theirs.lowerBound + (theirs.upperBound - theirs.lowerBound) / 2)
        }
        guard let theirs = server.limits(at: there) else { return nil }
        return (theirs.lowerBound - mine.upperBound)...(theirs.upperBound - mine.lowerBound)
    }
}
