import Measures
import Schedule
import Timeline

/// When each fault began and ended on each of its hosts, and how far apart at most.
struct EdgeTable: Sendable {
    let timeline: Timeline

    static let explanation =
        "An instant certainly lies within ± its bound on the reference clock. Set: how well the start was known shortly "
        + "before it came. Skew: how far apart at most a fault began on any two of its hosts, both bounds included."

    var table: DataTable {
        DataTable(
            [
                .text("Fault"), .text("Host"), .number("Asked"), .number("Set"), .number("Began"),
                .number("Ended"), .number("Skew, at most"),
            ],
            most: DataTable.mostHosts,
            rows: timeline.faults.flatMap(rows)
        )
    }

    private func rows(_ fault: FaultTimeline) -> [[DataTable.Cell]] {
        fault.hosts.enumerated().map { index, edges in
            let asked = fault.scheduled.start
            return [
                DataTable.Cell(fault.scheduled.id),
                DataTable.Cell(edges.host),
                DataTable.Cell(Figures.seconds(asked), note: fault.scheduled.notBefore ? "not before" : nil),
                set(edges),
                DataTable.Cell(instant(edges.started, from: asked)),
                DataTable.Cell(instant(edges.ended, from: fault.scheduled.end)),
                DataTable.Cell(index == 0 ? fault.startSkew.map(Figures.duration) ?? "–" : ""),
            ]
        }
    }

    private func set(_ edges: HostEdges) -> DataTable.Cell {
        let state: String? = edges.isRefused ? "refused" : edges.isLate ? "too late" : nil
        return DataTable.Cell(
            edges.promised.map { "± \(Figures.duration($0.bound))" } ?? "–",
            note: state,
            mark: state.map { _ in .missed }
        )
    }

    /// As a distance from what was asked: "+ 12 µs ± 0.4 µs".
    private func instant(_ instant: BoundedInstant?, from asked: Instant) -> String {
        guard let instant else { return "–" }
        let distance = instant.instant - asked
        let size = Figures.duration(distance < .zero ? .zero - distance : distance)
        return "\(distance < .zero ? "−" : "+") \(size) ± \(Figures.duration(instant.bound))"
    }
}
