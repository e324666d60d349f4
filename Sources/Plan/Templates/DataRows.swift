/// A table of a load's data: request by request one row of it goes into the templates.
package struct DataRows: Sendable, Equatable, Codable {
    package enum Pick: String, Sendable, Equatable, Codable {
        /// The row is the request's number modulo the rows.
        case inOrder = "in-order"
        /// Any row, from the run's seed and the request's number.
        case random
    }

    /// Before the dot of `{{user.name}}`.
    package let name: String
    package let columns: [String]
    /// Each as long as `columns`; never empty.
    package let rows: [[String]]
    package let pick: Pick

    package init(name: String, columns: [String], rows: [[String]], pick: Pick) {
        self.name = name
        self.columns = columns
        self.rows = rows
        self.pick = pick
    }

    /// Bytes of a load's tables, all together, as an experiment file writes them: an agent gets them in its load.
    package static let limit = 512 * 1_024
}
