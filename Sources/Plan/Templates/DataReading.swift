extension Reader {
    private static let mostTables = 8
    private static let mostColumns = 64

    /// `data:` of a load: one file, or a map of names to files or to rows written out.
    func data(_ value: Value) -> [DataRows]? {
        guard let pairs = value.pairs else {
            guard let file = text(value, "data", expected: "a file such as users.csv") else { return nil }
            return table(named: Self.tableName(file), file: file, pick: .inOrder, at: value.place).map {
                [$0]
            }
        }
        guard pairs.count <= Self.mostTables else {
            problems.add(
                "too-many",
                at: value.place,
                "\(pairs.count) tables of data; expected at most \(Self.mostTables)"
            )
            return nil
        }
        let tables = pairs.compactMap { key, value in name(key, of: "data").flatMap { table($0, value) } }
        guard tables.count == pairs.count else { return nil }
        guard CanonicalText.data(tables).utf8.count <= DataRows.limit else {
            let message =
                "data takes more than \(DataRows.limit / 1_024) KiB; expected less: it travels with the load"
            problems.add("too-large", at: value.place, message)
            return nil
        }
        return tables
    }

    private func table(_ name: String, _ value: Value) -> DataRows? {
        if let file = value.text { return table(named: name, file: file, pick: .inOrder, at: value.place) }
        let keys = ["file", "columns", "rows", "pick"]
        guard let fields = Fields(value, "data \(quoted(name))", keys: keys, problems: problems) else {
            return nil
        }
        let pick = optional(fields["pick"], DataRows.Pick.inOrder) {
            word($0, "pick", of: ["in-order", "random"]).flatMap(DataRows.Pick.init)
        }
        guard let pick else { return nil }
        if let file = fields["file"] {
            guard let path = text(file, "file", expected: "a file such as users.csv") else { return nil }
            return table(named: name, file: path, pick: pick, at: file.place)
        }
        guard let columns = fields.required("columns", "[name, id]"),
            let rows = fields.required("rows", "[[ann, 1]]")
        else { return nil }
        let names = texts(columns)
        let cells = (rows.list ?? []).map(texts)
        return table(DataRows(name: name, columns: names, rows: cells, pick: pick), at: value.place)
    }

    private func table(named name: String, file: String, pick: DataRows.Pick, at place: Place) -> DataRows? {
        guard let bytes = outside.bytes(of: file) else {
            problems.add(
                "no-file",
                at: place,
                "\(quoted(file)) cannot be read; expected a file beside this one"
            )
            return nil
        }
        guard bytes.count <= DataRows.limit, let text = String(validating: bytes, as: UTF8.self) else {
            let expected = "CSV in UTF-8, at most \(DataRows.limit / 1_024) KiB: it travels with the load"
            problems.add("data", at: place, "\(quoted(file)) is no such file; expected \(expected)")
            return nil
        }
        do {
            let csv = try CSVText(text)
            let rows = DataRows(
                name: name,
                columns: csv.rows.first ?? [],
                rows: Array(csv.rows.dropFirst()),
                pick: pick
            )
            return table(rows, at: place)
        } catch {
            problems.add("data", at: place, "\(quoted(file)), line \(error.line): \(error.words)")
            return nil
        }
    }

    /// The table, when it is one.
    private func table(_ table: DataRows, at place: Place) -> DataRows? {
        let names = table.columns.map { $0.filter { !$0.isWhitespace } }
        let isNamed =
            names == table.columns
            && names.allSatisfy { !$0.isEmpty && !$0.contains("}") && !$0.contains("{") }
        guard isNamed, Set(names).count == names.count, (1...Self.mostColumns).contains(names.count) else {
            let expected = "1 to \(Self.mostColumns) columns with different names, without blanks"
            problems.add(
                "data",
                at: place,
                "data \(quoted(table.name)) has the columns \(quoted(table.columns.listed)); expected \(expected)"
            )
            return nil
        }
        if let odd = table.rows.firstIndex(where: { $0.count != names.count }) {
            let words =
                "row \(odd + 1) has \(table.rows[odd].count) fields; expected \(names.count), as there are columns"
            problems.add("data", at: place, "data \(quoted(table.name)): \(words)")
            return nil
        }
        guard !table.rows.isEmpty else {
            problems.add(
                "data",
                at: place,
                "data \(quoted(table.name)) has no rows; expected one below the columns' names"
            )
            return nil
        }
        return table
    }

    private func texts(_ value: Value) -> [String] {
        // A cell may be empty.
        (value.list ?? []).map { $0.text ?? "" }
    }

    /// "a/users.csv" → "users".
    static func tableName(_ file: String) -> String {
        let last = file.split(separator: "/").last.map(String.init) ?? file
        return last.split(separator: ".").first.map(String.init) ?? last
    }
}
