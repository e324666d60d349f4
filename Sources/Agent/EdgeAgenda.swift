/// What is to be done about the armed edges of a run, and when. Pure; instants are nanoseconds of the reference clock.
///
/// A burst of clock probes ends shortly before an edge; then the edge is set for good, when the offset is known to half a
/// round trip and the clocks have little time left to drift: 20 ms at 200 ppm are 4 µs. Another burst follows it, so that
/// the edge can be dated as well from the other side.
struct EdgeAgenda: Equatable {
    enum Step: Equatable {
        case burst
        /// Set the edges that come in the next moment.
        case settle
        /// Record what the clock is now known to show: it dates the edge from behind.
        case read
    }

    struct Entry: Equatable {
        let at: Int64
        let step: Step
    }

    /// 64 probes at 1 ms, and their answers.
    static let burstLead: Int64 = 90_000_000
    /// More than a rule takes to be replaced, under load too.
    static let settleLead: Int64 = 20_000_000
    static let burstAfter: Int64 = 3_000_000
    /// Some probes of that burst are back by then, and the clocks had little time to drift since the edge.
    static let readAfter: Int64 = 8_000_000

    /// By time.
    private(set) var entries: [Entry] = []

    /// What was due before `now` is not done any more; an edge that is still ahead is set all the same.
    mutating func add(edge: Int64, now: Int64) {
        let settle = edge > now ? max(edge - Self.settleLead, now + 1) : edge - Self.settleLead
        for entry in [
            Entry(at: edge - Self.burstLead, step: .burst),
            Entry(at: settle, step: .settle),
            Entry(at: edge + Self.burstAfter, step: .burst),
            Entry(at: edge + Self.readAfter, step: .read),
        ] where entry.at > now && !entries.contains(entry) {
            let index = entries.firstIndex { $0.at > entry.at } ?? entries.count
            entries.insert(entry, at: index)
        }
    }

    var next: Entry? { entries.first }

    /// All that is due, one of a kind; removed.
    mutating func take(until now: Int64) -> [Step] {
        let due = entries.prefix { $0.at <= now }
        entries.removeFirst(due.count)
        let steps = due.map(\.step)
        return [Step.burst, .settle, .read].filter(steps.contains)
    }
}
