package import Measures

/// User-uptime (Hauer et al., "Meaningful Availability", NSDI 2020): after each of his requests a user is taken to be up,
/// or down, until his next one shows otherwise, but no longer than a cut-off; beyond it he is neither.
///
///     user-uptime = Σ_u up_u / Σ_u (up_u + down_u)
///
/// Where requests of users are not told apart, the hosts that send stand for users who are always there: after each second
/// such a user is up for the share of its requests that were good.
package struct AvailabilityByUser: Sendable {
    private let edges: [Int64]
    private let sums: RunningSums
    private let end: Instant

    /// A user's request, or several of about one time.
    package struct Event: Sendable, Equatable {
        package let at: Instant
        /// Share of them that were good, 0 to 1.
        package let good: Double
        package let user: String

        package init(at: Instant, good: Double, user: String) {
            self.at = at
            self.good = good
            self.user = user
        }

        package init(at: Instant, good: Bool, user: String) {
            self.init(at: at, good: good ? 1 : 0, user: user)
        }
    }

    fileprivate struct Stretch: Sendable {
        let start: Int64
        var end: Int64
        let up: Double
    }

    /// User-seconds.
    package struct Totals: Sendable, Equatable {
        package let up: Double
        package let seen: Double
    }

    /// - Parameters:
    ///   - events: in any order; of two at one instant the later in the list counts.
    ///   - cutoff: the longest that a request speaks for.
    package init(of events: [Event], until end: Instant, cutoff: Duration) {
        var stretches: [Stretch] = []
        for (_, own) in Dictionary(grouping: events, by: \.user) {
            var last: Stretch?
            // Stable: the sort of the standard library keeps equal elements in order.
            let ordered = own.sorted { $0.at < $1.at }
            for (index, event) in ordered.enumerated() {
                let next = index + 1 < ordered.count ? ordered[index + 1].at : end
                let until = min(next, event.at + cutoff, end)
                guard until > event.at else { continue }
                let (from, to) = (event.at.nanoseconds, until.nanoseconds)
                // What goes on unchanged is one stretch: a run without failures costs no more than a short one.
                if last?.end == from, last?.up == event.good {
                    last?.end = to
                } else {
                    if let last { stretches.append(last) }
                    last = Stretch(start: from, end: to, up: event.good)
                }
            }
            if let last { stretches.append(last) }
        }
        self.edges = stretches.flatMap { [$0.start, $0.end] }
        self.sums = RunningSums(stretches)
        self.end = end
    }

    /// Over the whole time; nil when no user was seen.
    package var share: Double? {
        sums.share(from: .min, to: .max)
    }

    package var totals: Totals {
        let sums = sums.sums(until: .max)
        return Totals(up: sums.up / 1e9, seen: sums.seen / 1e9)
    }

    /// The worst share over all windows of this length that lie within zero and the end: one long outage shows in longer
    /// windows than many short ones. nil when no window holds a user, or none fits.
    ///
    /// Between two instants at which a stretch enters or leaves the window, the share is a quotient of linear functions of
    /// the window's place and so has its extreme at one of them: only those places are looked at.
    package func worst(window: Duration) -> Double? {
        let width = window.nanoseconds
        let latest = end.nanoseconds - width
        guard width > 0, latest >= 0 else { return nil }
        var places: Set<Int64> = [0, latest]
        for edge in edges {
            places.insert(min(latest, max(0, edge)))
            places.insert(min(latest, max(0, edge - width)))
        }
        return places.compactMap { sums.share(from: $0, to: $0 + width) }.min()
    }
}

/// Integrals of "users up" and "users seen" over time at every edge, so that a window costs two searches.
private struct RunningSums: Sendable {
    private let edges: [Int64]
    /// User-nanoseconds up to each edge, and users just after it.
    private var up: [Double] = []
    private var seen: [Double] = []
    private var upRate: [Double] = []
    private var seenRate: [Double] = []

    init(_ stretches: [AvailabilityByUser.Stretch]) {
        var changes: [Int64: (up: Double, seen: Double)] = [:]
        for stretch in stretches {
            changes[stretch.start, default: (0, 0)].up += stretch.up
            changes[stretch.start, default: (0, 0)].seen += 1
            changes[stretch.end, default: (0, 0)].up -= stretch.up
            changes[stretch.end, default: (0, 0)].seen -= 1
        }
        self.edges = changes.keys.sorted()
        var total = (up: 0.0, seen: 0.0)
        var rate = (up: 0.0, seen: 0.0)
        var previous: Int64?
        for edge in edges {
            let width = Double(edge - (previous ?? edge))
            total.up += rate.up * width
            total.seen += rate.seen * width
            rate.up += changes[edge]?.up ?? 0
            rate.seen += changes[edge]?.seen ?? 0
            up.append(total.up)
            seen.append(total.seen)
            upRate.append(rate.up)
            seenRate.append(rate.seen)
            previous = edge
        }
    }

    func share(from start: Int64, to end: Int64) -> Double? {
        let first = sums(until: start)
        let last = sums(until: end)
        let seen = last.seen - first.seen
        // Sums of shares are off by some 10^-16 of the whole.
        return seen > 0 ? min(1, max(0, (last.up - first.up) / seen)) : nil
    }

    func sums(until instant: Int64) -> (up: Double, seen: Double) {
        var low = 0
        var high = edges.count
        while low < high {
            let middle = (low + high) / 2
            if edges[middle] <= instant { low = middle + 1 } else { high = middle }
        }
        guard low > 0 else { return (0, 0) }
        // Beyond the last edge both rates are zero; the border is cut there since .max would not be exact.
        let width = low == edges.count ? 0 : Double(instant - edges[low - 1])
        return (up[low - 1] + upRate[low - 1] * width, seen[low - 1] + seenRate[low - 1] * width)
    }
}
