import Verdict

/// One load's availability by each definition, phase beside phase.
struct DefinitionTable: Sendable {
    /// Of one load, the whole run first.
    let figures: [AvailabilityFigures]

    static let explanation =
        "The same requests, counted in nine ways: none of these shares is wrong, and a promise means nothing without the way it "
        + "is counted. Seconds and windows are whole ones within the phase; – where none fits, or nothing was asked. Shares "
        + "of a run are not those of a year."

    var table: DataTable {
        DataTable(
            [.text("Counting")]
                + figures.map { .number($0.phase?.shortened(to: 40) ?? "Whole run") },
            rows: AvailabilityDefinition.allCases.map { definition in
                [DataTable.Cell(definition.title, note: definition.sentence)]
                    + figures.map { cell($0[definition]) }
            }
        )
    }

    private func cell(_ defined: DefinedShare?) -> DataTable.Cell {
        guard let defined, let share = defined.share else { return "–" }
        var notes: [String] = []
        if let good = defined.good, let all = defined.of {
            notes.append("\(Figures.count(good)) of \(Figures.count(all))")
        }
        if let silent = defined.noData, silent > 0 { notes.append("\(Figures.count(silent)) without data") }
        return DataTable.Cell(
            Figures.percent(share, resolving: 1 - share),
            note: notes.isEmpty ? nil : notes.joined(separator: ", ")
        )
    }

    /// In the order of the loads.
    static func all(of verdict: Verdict) -> [(load: String, table: DefinitionTable)] {
        let figures = verdict.availability ?? []
        var loads: [String] = []
        for figure in figures where !loads.contains(figure.load) { loads.append(figure.load) }
        return loads.map { load in (load, DefinitionTable(figures: figures.filter { $0.load == load })) }
    }
}
