import Packetfilter

/// One side of a partition. What arrives is dropped where it arrives, and what leaves vanishes after the last hook that
/// would tell its sender: no sender sees an error, as in a real network.
struct DropInjection: Injection {
    let id: String
    private let table: ArmedTable
    private let asked: TrafficFilter

    init(
        id: String,
        leaving: [TableFamily: [PacketMatch]],
        arriving: [TableFamily: [PacketMatch]],
        sparing: [TableFamily: [PacketRule]],
        asked: TrafficFilter,
        filter: FilterSocket,
        window: ActingWindow,
        leaseUntil: Int64
    ) throws {
        self.id = id
        self.asked = asked
        let tables = [TableFamily.ip, .ip6].compactMap { family -> FilterTable? in
            let ways = [
                (
                    "arriving", Hook.prerouting, FilterChain.rawPriority, arriving[family] ?? [],
                    PacketVerdict.drop
                ),
                ("leaving", .postrouting, FilterChain.vanishingPriority, leaving[family] ?? [], .vanish),
            ]
            let chains = ways.filter { !$0.3.isEmpty }.map { name, hook, priority, matches, verdict in
                FilterChain(
                    name: name,
                    hook: hook,
                    priority: priority,
                    rules: (sparing[family] ?? [])
                        + matches.map { PacketRule(match: $0, verdict: verdict, comment: id) }
                )
            }
            guard !chains.isEmpty else { return nil }
            return FilterTable(name: PacketFaults.tableName(id), family: family, chains: chains)
        }
        table = ArmedTable(filter: filter, tables: tables, window: window)
        try table.install(leaseUntil: leaseUntil)
    }

    var operation: String {
        let peers = asked.peers.map(\.description).joined(separator: ", ")
        let whose = peers.isEmpty ? "everybody" : peers
        return "\(table.words): drop \(asked.direction.rawValue), \(whose)"
    }

    func extend(leaseUntil: Int64) throws { try table.extend(leaseUntil: leaseUntil) }
    func readBack() throws -> ReadBack { try table.readBack() }
    func heal() throws { try table.remove() }
}
