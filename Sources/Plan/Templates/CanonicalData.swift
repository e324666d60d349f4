extension CanonicalText {
    /// With all rows, since what is named elsewhere may change.
    static func data(_ tables: [DataRows]) -> String {
        map(
            tables.map { table in
                let rows = table.rows.map { list($0.map(quote)) }
                let fields = [
                    ("columns", list(table.columns.map(quote))), ("rows", list(rows)),
                    ("pick", table.pick.rawValue),
                ]
                return (quote(table.name), map(fields.map { ($0.0, Optional($0.1)) }))
            }
        )
    }
}
