import Packetfilter

/// One side of a partition in force: no sender sees an error, as in a real network.
struct DropInjection: Injection {
    let id: String
    let operation: Operation
    private let table: ArmedTable

    init(
        id: String,
        tables: [FilterTable],
        operation: Operation,
        filter: FilterSocket,
        window: ActingWindow,
        leaseUntil: Int64
    ) throws {
        self.id = id
        self.operation = operation
        table = ArmedTable(filter: filter, tables: tables, window: window)
        try table.install(leaseUntil: leaseUntil)
    }

    func extend(leaseUntil: Int64) throws { try table.extend(leaseUntil: leaseUntil) }
    func readBack() throws -> ReadBack { try table.readBack() }
    func heal() throws { try table.remove() }
}
