import Impairments
import Measures
import Packetfilter

/// What a kernel can do for the queue backend, by family.
struct QueueSkills: Equatable {
    /// Packets are held as copies, see `PacketRule.holding`.
    var copying: Set<TableFamily>
    /// Packets can be made two.
    var twinning: Set<TableFamily>

    /// `isFresh`: it is asked for a network namespace in which no connection is tracked yet, not for this one.
    /// Errors: the kernel takes no queue rules at all, or no CAP_NET_ADMIN.
    static func of(_ filter: FilterSocket, for traffic: ConcernedTraffic, isFresh: Bool = false) throws
        -> QueueSkills
    {
        var skills = QueueSkills(copying: [], twinning: [])
        for family in Set(traffic.leaving.keys).union(traffic.arriving.keys) {
            let canCopy = try filter.canCopy(family: family)
            if canCopy { skills.twinning.insert(family) }
            if try isFresh ? canCopy : filter.copiesPackets(family: family) { skills.copying.insert(family) }
        }
        return skills
    }
}

/// The tables of one impairment by the queue, one for each family. Pure.
struct QueueRules {
    let id: String
    let asked: Impairment
    let queue: UInt16
    let skills: QueueSkills

    /// Errors: a duplicate is asked for, and the kernel cannot copy packets.
    func tables(_ traffic: ConcernedTraffic) throws -> [FilterTable] {
        try [TableFamily.ip, .ip6].compactMap { family in
            let chains = [try leaving(traffic, family), try arriving(traffic, family)].compactMap { $0 }
            guard !chains.isEmpty else { return nil }
            let table = FilterTable(name: PacketFaults.tableName(id), family: family, chains: chains)
            return table.whereSendersAreKnown
        }
    }

    private func leaving(_ traffic: ConcernedTraffic, _ family: TableFamily) throws -> FilterChain? {
        guard let matches = traffic.leaving[family], !matches.isEmpty else { return nil }
        // Copies without a socket are held, so that TCP goes on as it would if the packets had left.
        let rules = PacketRule.holding(
            matches,
            queue: queue,
            byCopies: skills.copying.contains(family),
            twins: try doesDuplicate(family),
            comment: id
        )
        return FilterChain(
            name: "leaving",
            hook: .postrouting,
            priority: FilterChain.lastPriority(queue: queue),
            rules: (traffic.sparing[family] ?? []) + rules
        )
    }

    private func arriving(_ traffic: ConcernedTraffic, _ family: TableFamily) throws -> FilterChain? {
        guard let matches = traffic.arriving[family], !matches.isEmpty else { return nil }
        let rules = PacketRule.holdingArrivals(
            matches,
            queue: queue,
            twins: try doesDuplicate(family),
            comment: id
        )
        return FilterChain(
            name: "arriving",
            hook: .prerouting,
            priority: FilterChain.firstPriority(queue: queue),
            rules: (traffic.sparing[family] ?? []) + rules
        )
    }

    private func doesDuplicate(_ family: TableFamily) throws -> Bool {
        guard asked.duplicate.share != .zero else { return false }
        guard skills.twinning.contains(family) else {
            throw FaultError(
                "fault.no-duplicate",
                "without netem, packets are duplicated by nftables' dup, which this kernel lacks for \(family.name);"
                    + " load nft_dup_ipv4 and nft_dup_ipv6, or sch_netem, or leave \"duplicate\" out"
            )
        }
        return true
    }
}
