import Measures
import Recording
import Timeline

/// Guards, lost agents, interruptions and failed steps of injections, in order; where the clocks do not prove the order of
/// a line and the one above it, the line says so.
struct NoteTable: Sendable {
    let timeline: Timeline

    var table: DataTable {
        var events: [(at: BoundedInstant, host: String, what: String, text: String)] = []
        for note in timeline.notes {
            guard case .note(let kind, let text) = note.body else { continue }
            events.append((note.at, note.host, kind.words, text))
        }
        for event in timeline.faults.flatMap(\.injections) {
            guard case .injection(let injection) = event.body, injection.step == .failed else { continue }
            events.append((event.at, event.host, "\(injection.fault) failed", injection.detail))
        }
        events.sort { $0.at.instant < $1.at.instant }
        return DataTable(
            [.number("At"), .text("Where"), .text("What"), .text("Details")],
            rows: events.enumerated().map { index, event in
                let earlier = index > 0 ? events[index - 1] : nil
                // Of one host the order is known, and of two at one instant without a bound nothing is claimed.
                let isUndecided =
                    earlier.map { $0.host != event.host && $0.at.order(to: event.at) == .undecided } ?? false
                let bound = event.at.bound == .zero ? nil : "± \(Figures.duration(event.at.bound))"
                let notes = [bound, isUndecided ? "or before the one above" : nil].compactMap { $0 }
                return [
                    DataTable.Cell(
                        Figures.seconds(event.at.instant),
                        note: notes.isEmpty ? nil : notes.joined(separator: ", ")
                    ), DataTable.Cell(event.host),
                    DataTable.Cell(event.what), DataTable.Cell(event.text),
                ]
            }
        )
    }
}
