/// The interval of an offset at one local instant, and how fast it widens: turns local instants into reference instants
/// and back, each with its bound. A value: it can be sent and stored.
package struct ClockModel: Sendable, Hashable, Codable {
    /// Local nanoseconds (CLOCK_MONOTONIC) at which the limits hold.
    package var time: Int64
    /// Limits of reference − local, nanoseconds.
    package var low: Int64
    package var high: Int64
    package var driftPPM: Int64
    package var epoch: Int
    /// MONOTONIC − MONOTONIC_RAW of the reference less that of the local clock at `time`, and the half-width of these
    /// readings, nanoseconds. ρ_max is a matter of the oscillators: two models are compared less their slews.
    package var slew: Int64
    package var slewHalfWidth: Int64

    package init(
        time: Int64,
        low: Int64,
        high: Int64,
        driftPPM: Int64,
        epoch: Int = 0,
        slew: Int64 = 0,
        slewHalfWidth: Int64 = 0
    ) {
        self.time = time
        self.low = low
        self.high = high
        self.driftPPM = driftPPM
        self.epoch = epoch
        self.slew = slew
        self.slewHalfWidth = slewHalfWidth
    }

    /// Recordings of before slews were known have none.
    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        time = try container.decode(Int64.self, forKey: .time)
        low = try container.decode(Int64.self, forKey: .low)
        high = try container.decode(Int64.self, forKey: .high)
        driftPPM = try container.decode(Int64.self, forKey: .driftPPM)
        epoch = try container.decode(Int.self, forKey: .epoch)
        slew = try container.decodeIfPresent(Int64.self, forKey: .slew) ?? 0
        slewHalfWidth = try container.decodeIfPresent(Int64.self, forKey: .slewHalfWidth) ?? 0
    }

    /// The reference clock is this host's own.
    package static let identity = ClockModel(time: 0, low: 0, high: 0, driftPPM: 0)

    /// An instant in nanoseconds and the half-width of the interval that certainly holds it.
    package struct Converted: Sendable, Hashable {
        package var nanoseconds: Int64
        package var bound: Int64

        package init(earliest: Int64, latest: Int64) {
            nanoseconds = earliest + (latest - earliest) / 2
            bound = latest - nanoseconds
        }

        package var earliest: Int64 { nanoseconds - bound }
        package var latest: Int64 { nanoseconds + bound }
    }

    /// False for what no running clock gives, as a damaged recording may have it: instants beyond 36 years, whose sums
    /// could overflow, and drifts of a tenth and more.
    package var isPlausible: Bool {
        let reach: ClosedRange<Int64> = -(1 << 60)...(1 << 60)
        return low <= high && [time, low, high, slew].allSatisfy(reach.contains)
            && (0...(1 << 40)).contains(slewHalfWidth) && (0...100_000).contains(driftPPM)
    }

    /// The limits of reference − local at another local instant.
    package func limits(at local: Int64) -> ClosedRange<Int64> {
        let growth = growth(over: abs(local - time))
        return (low - growth)...(high + growth)
    }

    /// What the reference clock showed, or will show, at this local instant.
    package func reference(local: Int64) -> Converted {
        let limits = limits(at: local)
        return Converted(earliest: local + limits.lowerBound, latest: local + limits.upperBound)
    }

    /// What the local clock shows when the reference shows this.
    ///
    /// The local instant L solves R = L + θ(L), and θ(L) depends on L only by the growth since `time`: the growth is taken
    /// at the far end of a first, wider answer, so the result certainly holds L.
    package func local(reference: Int64) -> Converted {
        let middle = low + (high - low) / 2
        let half = high - middle
        let guess = reference - middle
        let first = growth(over: abs(guess - time) + half)
        let growth = growth(over: abs(guess - time) + half + first) + 1
        return Converted(earliest: reference - high - growth, latest: reference - low + growth)
    }

    private func growth(over dt: Int64) -> Int64 { IntervalClock(driftPPM: driftPPM).growth(over: dt) }
}
