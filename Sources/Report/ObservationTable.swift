import Recording
import Schedule
import Timeline

/// What was asked of each fault on each host, and what was seen of it.
struct ObservationTable: Sendable {
    let timeline: Timeline

    var table: DataTable {
        var table = DataTable(
            [
                .text("Fault"), .text("Host"), .text("Quantity"), .text("Requested"), .text("Observed"),
                .text("Effect"),
            ],
            most: DataTable.mostHosts
        )
        for fault in timeline.faults {
            for (host, observation) in fault.observations {
                table.rows.append([
                    DataTable.Cell(fault.scheduled.id), DataTable.Cell(host),
                    DataTable.Cell(observation.quantity),
                    DataTable.Cell(observation.requested), DataTable.Cell(observation.observed),
                    DataTable.Cell(observation.effect.words, mark: Mark(observation.effect)),
                ])
            }
            if fault.observations.isEmpty {
                table.rows.append([
                    DataTable.Cell(fault.scheduled.id), "–", "–", DataTable.Cell(fault.description), "–",
                    DataTable.Cell("not measured", mark: .inconclusive),
                ])
            }
        }
        return table
    }
}
