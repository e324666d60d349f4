import Measures
import Timeline

/// The users that a load is taken to have. A recording does not tell the users of a closed model apart, and an open load has
/// none, so each host that sends stands for one user who is always there (guides: slo 2.1 "user-uptime").
struct SendingUsers {
    private let load: LoadTimeline
    /// Each with seconds of its own.
    private let users: [(name: String, slices: [Slice])]

    /// Beyond it nobody knows how a user is who does not ask.
    static let cutoff: Duration = .seconds(10)

    init(_ load: LoadTimeline) {
        self.load = load
        let told = load.senders.filter { !$0.slices.isEmpty }
        users =
            told.count > 1
            ? told.map { ($0.host, $0.slices) } : [(load.senders.first?.host ?? load.name, load.slices)]
    }

    var names: [String] { users.map(\.name) }

    /// Up time of all users of the time that they were seen.
    ///
    /// - Parameter stretches: of seconds that follow one another.
    func share(in stretches: [[Slice]]) -> Double? {
        let totals = stretches.compactMap { stretch -> AvailabilityByUser.Totals? in
            guard let first = stretch.first, let last = stretch.last else { return nil }
            return uptime(from: first.start, to: last.start + .seconds(1)).totals
        }
        let seen = totals.reduce(0) { $0 + $1.seen }
        return seen > 0 ? min(1, totals.reduce(0) { $0 + $1.up } / seen) : nil
    }

    /// On an axis that begins at `start`; both ends are whole seconds.
    func uptime(from start: Instant, to end: Instant) -> AvailabilityByUser {
        let events = users.flatMap { user in
            user.slices.filter { $0.due > 0 && $0.start >= start && $0.start < end }.map { slice in
                AvailabilityByUser.Event(
                    at: Instant(slice.start - start),
                    good: Double(slice.good) / Double(slice.due),
                    user: user.name
                )
            }
        }
        return AvailabilityByUser(of: events, until: Instant(end - start), cutoff: Self.cutoff)
    }
}
