import Measures
package import Timeline

/// A load's worst availability by the length of the window that one looks at: windowed user-uptime (Hauer et al.,
/// "Meaningful Availability", NSDI 2020). One long outage keeps it low in long windows, many short ones do not; its knee tells the
/// length of the worst.
package struct UptimeCurve: Sendable, Codable, Equatable {
    package var load: String
    /// Hosts that stand for users.
    package var users: [String]
    /// By rising length; the last is the whole run.
    package var points: [Point]

    package struct Point: Sendable, Codable, Equatable {
        package var windowSeconds: Double
        /// The least share of all windows of that length, 0 to 1.
        package var worst: Double

        package init(windowSeconds: Double, worst: Double) {
            self.windowSeconds = windowSeconds
            self.worst = worst
        }
    }

    package init(load: String, users: [String], points: [Point]) {
        self.load = load
        self.users = users
        self.points = points
    }

    /// Lengths in seconds that are looked at where they fit into the run.
    private static let lengths = [
        1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 14_400, 28_800, 43_200,
    ]

    /// nil where no load was asked anything for a second.
    package static func all(of timeline: Timeline) -> [UptimeCurve]? {
        let curves = timeline.loads.compactMap { UptimeCurve(of: $0, until: timeline.end) }
        return curves.isEmpty ? nil : curves
    }

    /// The last second may be a part of one.
    private init?(of load: LoadTimeline, until end: Instant) {
        let users = SendingUsers(load)
        let seconds = end.sinceZero.secondsUp
        let uptime = users.uptime(from: .zero, to: Instant(.seconds(seconds)))
        let points = (Self.lengths.filter { $0 < seconds } + [seconds]).compactMap { length in
            uptime.worst(window: .seconds(length)).map { Point(windowSeconds: Double(length), worst: $0) }
        }
        guard !points.isEmpty else { return nil }
        self.init(load: load.name, users: users.names, points: points)
    }
}
