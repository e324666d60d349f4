package import LinuxSystem

/// Turns the kernel's arrival stamps (CLOCK_REALTIME) into CLOCK_MONOTONIC, never earlier than the true arrival.
///
/// D = REALTIME − MONOTONIC is constant but for steps, and every packet brings a reading D ± w. While REALTIME is stepped
/// at most once between two packets, D at any instant since the first reading kept (the anchor) is one that was read, so
/// it lies in [low, high], the hull of the readings; and then arrival ≤ stamp − low. That is used when the packet
/// certainly came after the anchor (stamp − high), and when it is earlier than the time at which the program took the
/// packet, which is always valid, only later. So a step makes stamps useless for a while, never wrong.
package struct ArrivalClock: Sendable {
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

    /// Half-width of the widest reading that is used.
    private static let widest: Int64 = 20_000

    private var earlier: Stretch
    private var present: Stretch
    private var latest: ClockMap
    /// How often REALTIME was seen to have been stepped.
    package private(set) var steps = 0

    package init(map: ClockMap = .read()) {
        earlier = Stretch(map)
        present = Stretch(map)
        latest = map
    }

    mutating func monotonic(_ arrival: ProbeSocket.Arrival) -> Int64 {
        guard let stamp = arrival.kernelStamp else { return arrival.userStamp }
        return monotonic(stamp: stamp, userStamp: arrival.userStamp, now: .read())
    }

    /// The instant of an arrival on CLOCK_MONOTONIC: `stamp` is the kernel's (CLOCK_REALTIME), `userStamp` the program's
    /// (CLOCK_MONOTONIC), `now` a map read after both. All in nanoseconds.
    package mutating func monotonic(stamp: Int64, userStamp: Int64, now: ClockMap) -> Int64 {
        // A reading that was interrupted would widen the hull for seconds, for the sake of one packet.
        guard now.halfWidth <= Self.widest else { return userStamp }
        if latest.wasStepped(until: now) { steps += 1 }
        latest = now
        present.add(now)
        let earliest = stamp - max(earlier.high, present.high)
        let last = stamp - min(earlier.low, present.low)
        let isUsable = earliest >= earlier.since
        if now.readAt - present.since >= Self.least {
            earlier = present
            present = Stretch(now)
        }
        return isUsable ? min(userStamp, last) : userStamp
    }
}
