import Packetfilter

/// The tables of one side of a partition, one for each family: what arrives is dropped where it arrives, and what leaves
/// vanishes after the last hook that would tell its sender. Pure.
struct DropRules {
    let id: String

    func tables(_ traffic: ConcernedTraffic) -> [FilterTable] {
        [TableFamily.ip, .ip6].compactMap { family in
            let ways = [
                (
                    "arriving", Hook.prerouting, FilterChain.rawPriority, traffic.arriving[family] ?? [],
                    PacketVerdict.drop
                ),
                (
                    "leaving", .postrouting, FilterChain.vanishingPriority, traffic.leaving[family] ?? [],
                    .vanish
                ),
            ]
            let chains = ways.filter { !$0.3.isEmpty }.map { name, hook, priority, matches, verdict in
                FilterChain(
                    name: name,
                    hook: hook,
                    priority: priority,
                    rules: (traffic.sparing[family] ?? [])
                        + matches.map { PacketRule(match: $0, verdict: verdict, comment: id) }
                )
            }
            guard !chains.isEmpty else { return nil }
            let table = FilterTable(name: PacketFaults.tableName(id), family: family, chains: chains)
            return table.whereSendersAreKnown
        }
    }
}
