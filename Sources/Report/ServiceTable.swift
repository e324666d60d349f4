import Measures
import Recording
import Schedule
import Timeline

/// What became of services and what their logs said, each beside the fault's edge that came before it, as far as the clocks
/// tell which came first.
struct ServiceTable: Sendable {
    let timeline: Timeline

    /// The rest is in recording/events.jsonl.
    private static let mostRows = 120

    var table: DataTable {
        DataTable(
            [.number("At"), .text("Where"), .text("What"), .text("Line"), .text("Against the faults")],
            rows: events.prefix(Self.mostRows).map { event in
                var (what, line) = ("", "–")
                switch event.what {
                case .change(let change): what = "\(change.change.rawValue), pid \(change.pid)"
                case .mark(let mark): (what, line) = ("logged “\(mark.name)”", mark.line.shortened(to: 160))
                }
                return [
                    DataTable.Cell(
                        Figures.seconds(event.at.instant),
                        note: event.at.bound == .zero ? nil : "± \(Figures.duration(event.at.bound))"
                    ),
                    DataTable.Cell(event.track), DataTable.Cell(what), DataTable.Cell(line),
                    DataTable.Cell(relation(of: event.at)),
                ]
            }
        )
    }

    private var events: [ServiceEvent] { ServiceEvent.all(of: timeline) }

    var explanation: String {
        let left = events.count - Self.mostRows
        let more = left > 0 ? " \(Figures.count(left)) more are in recording/events.jsonl." : ""
        return
            "A line is dated by when it stood in the log; a service that keeps its output back is late there."
            + more
    }

    /// To the latest edge of a fault that is not after it.
    private func relation(of at: BoundedInstant) -> String {
        let edges = timeline.faults.flatMap { fault in
            [("began", fault.started), ("ended", fault.ended)].compactMap { verb, edge in
                edge.map { (words: "\(fault.scheduled.id) \(verb)", at: $0) }
            }
        }
        let open = edges.filter { $0.at.order(to: at) == .undecided }.map(\.words)
        if !open.isEmpty { return "before or after \(open.joined(separator: ", "))" }
        let past = edges.filter { $0.at.order(to: at) == .before }
        guard let last = past.max(by: { $0.at.instant < $1.at.instant }) else { return "before all faults" }
        return "\(Figures.duration(at.instant - last.at.instant)) after \(last.words)"
    }
}
