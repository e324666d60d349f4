package import LinuxSystem

/// Turns the kernel's stamps of packets (CLOCK_REALTIME) into CLOCK_MONOTONIC, erring to the safe side only: an arrival is
/// never earlier than the true one, a departure never later.
///
/// D = REALTIME − MONOTONIC is constant but for steps (a slew moves both clocks alike), and every packet brings a reading
/// D ± w. While REALTIME is stepped at most once between two readings, D at any instant from the first reading kept (the
/// anchor) to the last is one that was read, so it lies in [low, high], the hull of the readings. Let the kernel have
/// stamped s = t + D(t) at the instant t.
///
/// Arrival: the answer must be ≥ t. If t is after the anchor, t = s − D ≤ s − low. Used only when s − high is after the
/// anchor: and if t is before it all the same, then t < anchor ≤ s − high ≤ s − low. The instant at which the program took
/// the packet is always valid, only later: the smaller of the two is given.
///
/// Departure: the answer must be ≤ t. The instant at which the program handed the packet over is always valid, only
/// earlier. If that instant is after the anchor, so is t, and t = s − D ≥ s − high: the larger of the two is given.
///
/// So a step makes stamps useless for a while, never wrong.
package struct StampClock: Sendable {
    /// An instant of CLOCK_MONOTONIC, and whether the kernel's stamp gave it.
    package struct Mapped: Sendable, Hashable {
        package let nanoseconds: Int64
        package let isKernels: Bool

        package init(nanoseconds: Int64, isKernels: Bool) {
            self.nanoseconds = nanoseconds
            self.isKernels = isKernels
        }
    }

    /// The hull of the readings of a stretch of time.
    private struct Stretch {
        /// CLOCK_MONOTONIC of the first reading.
        let since: Int64
        var low: Int64
        var high: Int64

        init(_ map: ClockMap) {
            since = map.readAt
            low = map.realtimeMinusMonotonic - map.halfWidth
            high = map.realtimeMinusMonotonic + map.halfWidth
        }

        mutating func add(_ map: ClockMap) {
            low = min(low, map.realtimeMinusMonotonic - map.halfWidth)
            high = max(high, map.realtimeMinusMonotonic + map.halfWidth)
        }
    }

    /// Each stretch is at least this long, and two are kept: a packet may have waited that long for its reading.
    private static let least: Int64 = 1_000_000_000

    /// Half-width of a reading that is narrow enough in any case.
    private static let narrow: Int64 = 1000

    private var earlier: Stretch
    private var present: Stretch
    private var latest: ClockMap
    /// The narrowest half-width so far: some hosts' clocks take microseconds to read.
    private var narrowest: Int64
    /// How often REALTIME was seen to have been stepped.
    package private(set) var steps = 0

    package init(map: ClockMap = .read()) {
        earlier = Stretch(map)
        present = Stretch(map)
        latest = map
        narrowest = map.halfWidth
    }

    /// `stamp`: the kernel's, CLOCK_REALTIME; nil: it gave none. `takenAt`: when the program had the packet,
    /// CLOCK_MONOTONIC. `now`: a map read after both. All in nanoseconds.
    package mutating func arrival(stamp: Int64?, takenAt: Int64, now: ClockMap) -> Mapped {
        guard let stamp, add(now) else { return Mapped(nanoseconds: takenAt, isKernels: false) }
        defer { turnOver() }
        let latest = stamp - min(earlier.low, present.low)
        guard stamp - max(earlier.high, present.high) >= earlier.since, latest <= takenAt else {
            return Mapped(nanoseconds: takenAt, isKernels: false)
        }
        return Mapped(nanoseconds: latest, isKernels: true)
    }

    /// `handedAt`: just before the program gave the packet to the kernel, CLOCK_MONOTONIC. Otherwise as above.
    package mutating func departure(stamp: Int64, handedAt: Int64, now: ClockMap) -> Mapped {
        guard add(now) else { return Mapped(nanoseconds: handedAt, isKernels: false) }
        defer { turnOver() }
        let earliest = stamp - max(earlier.high, present.high)
        guard handedAt >= earlier.since, earliest > handedAt, earliest <= now.readAt else {
            return Mapped(nanoseconds: handedAt, isKernels: false)
        }
        return Mapped(nanoseconds: earliest, isKernels: true)
    }

    /// False for a reading that was interrupted: it would widen the hull for seconds, for one packet's sake.
    private mutating func add(_ map: ClockMap) -> Bool {
        narrowest = min(narrowest, map.halfWidth)
        guard map.halfWidth <= max(Self.narrow, 4 * narrowest) else { return false }
        if latest.wasStepped(until: map) { steps += 1 }
        latest = map
        present.add(map)
        return true
    }

    private mutating func turnOver() {
        guard latest.readAt - present.since >= Self.least else { return }
        earlier = present
        present = Stretch(latest)
    }
}
