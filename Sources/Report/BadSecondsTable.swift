import Timeline

/// Stretches of seconds with bad requests, of each row of an `OutageStrip`.
struct BadSecondsTable: Sendable {
    let rows: [OutageStrip.Row]

    private static let mostRows = 60

    private struct Stretch {
        let label: String
        let first: Int
        var last: Int
        var due: Int
        var bad: Int
    }

    /// In the order of time; of very many those with the most bad requests.
    var table: DataTable {
        let all = rows.flatMap(stretches)
        let kept = all.enumerated().sorted { ($1.element.bad, $0.offset) < ($0.element.bad, $1.offset) }
            .prefix(Self.mostRows).sorted { $0.offset < $1.offset }.map(\.element)
        let left = all.count - kept.count
        return DataTable(
            [.text("Load"), .number("From"), .number("To"), .number("Bad requests"), .number("Of")],
            rows: kept.map { stretch in
                [
                    DataTable.Cell(stretch.label), DataTable.Cell(Figures.seconds(Double(stretch.first))),
                    DataTable.Cell(Figures.seconds(Double(stretch.last + 1))),
                    DataTable.Cell(Figures.count(stretch.bad)), DataTable.Cell(Figures.count(stretch.due)),
                ]
            } + (left > 0 ? [[DataTable.Cell("\(Figures.count(left)) more, less bad"), "", "", "", ""]] : [])
        )
    }

    private func stretches(of row: OutageStrip.Row) -> [Stretch] {
        var found: [Stretch] = []
        for (index, slice) in row.slices.enumerated() where slice.good < slice.due {
            if let last = found.last, last.last + 1 == index {
                found[found.count - 1].last = index
            } else {
                found.append(Stretch(label: row.label, first: index, last: index, due: 0, bad: 0))
            }
            found[found.count - 1].due += slice.due
            found[found.count - 1].bad += slice.due - slice.good
        }
        return found
    }
}
