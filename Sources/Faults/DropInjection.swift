import Packetfilter

/// One side of a partition in force: no sender sees an error, as in a real network.
struct DropInjection: Injection {
    let id: String
    private let tables: [FilterTable]
    private let asked: TrafficFilter
    private let table: ArmedTable

    init(
        id: String,
        tables: [FilterTable],
        from asked: TrafficFilter,
        filter: FilterSocket,
        window: ActingWindow,
        leaseUntil: Int64
    ) throws {
        self.id = id
        self.tables = tables
        self.asked = asked
        table = ArmedTable(filter: filter, tables: tables, window: window)
        try table.install(leaseUntil: leaseUntil)
    }

    var operation: Operation { .drop(tables, from: asked) }

    func move(to window: ActingWindow) throws { try table.move(to: window) }
    func extend(leaseUntil: Int64) throws { try table.extend(leaseUntil: leaseUntil) }
    func readBack() throws -> ReadBack { try table.readBack() }
    func heal() throws { try table.remove() }
}
