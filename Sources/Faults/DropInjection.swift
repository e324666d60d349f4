/// One side of a partition: what the peers send is dropped where it arrives, so no sender sees an error.
struct DropInjection: Injection {
    let id: String
    private let table: ArmedTable
    private let peers: [String]

    init(id: String, table: ArmedTable, peers: [String]) {
        self.id = id
        self.table = table
        self.peers = peers
    }

    var operation: String { "\(table.words): drop from \(peers.joined(separator: ", "))" }

    func extend(leaseUntil: Int64) throws { try table.extend(leaseUntil: leaseUntil) }
    func readBack() throws -> ReadBack { try table.readBack() }
    func heal() throws { try table.remove() }
}
