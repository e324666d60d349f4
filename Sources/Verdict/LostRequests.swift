import Measures
import Timeline

/// Requests of which nothing is known, since the host that was to send them was lost. They are in no figure: the target is
/// not to blame for them, and nobody can say that they were good. So what is judged without them is never met.
struct LostRequests {
    let load: String
    let host: String
    let missing: MissingRequests
    let end: Instant

    static func all(of timeline: Timeline) -> [LostRequests] {
        timeline.loads.flatMap { load in
            load.senders.compactMap { sender in
                guard let missing = sender.missing, missing != .known(0) else { return nil }
                return LostRequests(load: load.name, host: sender.host, missing: missing, end: timeline.end)
            }
        }
    }

    var words: String {
        let count =
            switch missing {
            case .known(let count): Words.plural(count, "request")
            case .unknown: "an unknown number of requests"
            }
        return
            "\(host) was lost: \(count) of \(load) that it was to send until \(end.sinceZero.rounded) are not accounted for, "
            + "and are neither good nor bad in any figure"
    }

    /// The finding on a load, or on all of them (nil), as these allow it.
    static func limit(_ finding: Finding, on load: String?, by lost: [LostRequests]) -> Finding {
        let own = lost.filter { load == nil || $0.load == load }
        guard finding.outcome == .met, !own.isEmpty else { return finding }
        var limited = finding
        limited.outcome = .inconclusive
        limited.evidence +=
            "; of what \(own.map(\.host).joined(separator: ", ")) was to send nothing is known"
        limited.needed = "a run in which no host that sends is lost"
        return limited
    }
}
