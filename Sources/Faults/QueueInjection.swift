package import Impairments
import LinuxSystem
import Measures
package import Packetfilter

/// An impairment by NFQUEUE, for kernels without netem: the window's rules hand packets to our queue, with bypass, and
/// the engine lets each go on time. What arrives is held before connection tracking and routing, where netem's ifb would
/// hold it, so that what this host forwards is held too.
package final class QueueInjection: Injection {
    package let id: String
    package let operation: String
    private let table: ArmedTable
    private let engine: QueueDelay

    /// `leaving`, `arriving`: in families ip and ip6. `sparing`: rules that let packets pass, first in every chain.
    package init(
        id: String,
        asked: Impairment,
        leaving: [TableFamily: [PacketMatch]],
        arriving: [TableFamily: [PacketMatch]],
        sparing: [TableFamily: [PacketRule]],
        queue: UInt16,
        seed: UInt64,
        filter: FilterSocket,
        window: ActingWindow,
        leaseUntil: Int64
    ) throws {
        self.id = id
        let rules = QueueRules(id: id, asked: asked, queue: queue, filter: filter)
        let tables = try rules.tables(leaving: leaving, arriving: arriving, sparing: sparing)
        // Each packet has its own drawn delay, as with netem: kept in order, a busy path would have longer delays than
        // asked, all near the greatest.
        let settings = DelayLine.Settings(asked, order: .free)
        // The engine first: from the first packet on there is somebody who lets it go.
        let own = Self.seed(run: seed, id: id)
        engine = try QueueDelay(queue: queue, settings: settings, seed: own, filter: filter)
        table = ArmedTable(filter: filter, tables: tables, window: window)
        operation = "\(table.words): queue \(queue) bypass, \(asked.words)"
        do {
            try table.install(leaseUntil: leaseUntil)
        } catch {
            try engine.stop()
            throw error
        }
    }

    /// Each fault of a run draws for itself: two on one path do not lose the same packets.
    package static func seed(run: UInt64, id: String) -> UInt64 {
        var stream = SeededGenerator(seed: run, stream: "fault.\(id)")
        return stream.next()
    }

    package func extend(leaseUntil: Int64) throws { try table.extend(leaseUntil: leaseUntil) }

    package func readBack() throws -> ReadBack {
        let rules = try table.readBack()
        let statistics = engine.statistics
        if let failure = statistics.failure {
            return ReadBack(
                isInstalled: false,
                tally: statistics.tally,
                detail: "the queue's engine ended: \(failure)"
            )
        }
        return ReadBack(
            isInstalled: rules.isInstalled,
            tally: statistics.tally,
            detail: "\(rules.detail), \(statistics.heldNow) packets held"
        )
    }

    /// What is held leaves on time before the engine stops; waited for at most two seconds.
    package func heal() throws {
        try table.remove()
        let patience = Clocks.monotonic() + 2_000_000_000
        // What came just before is not counted as held until the engine draws breath.
        repeat {
            Clocks.sleepUntil(monotonic: Clocks.monotonic() + 2_000_000)
        } while engine.statistics.heldNow > 0 && Clocks.monotonic() < patience
        try engine.stop()
    }
}

/// The tables of one impairment by the queue, one for each family.
struct QueueRules {
    let id: String
    let asked: Impairment
    let queue: UInt16
    let filter: FilterSocket

    func tables(
        leaving: [TableFamily: [PacketMatch]],
        arriving: [TableFamily: [PacketMatch]],
        sparing: [TableFamily: [PacketRule]]
    ) throws -> [FilterTable] {
        try [TableFamily.ip, .ip6].compactMap { family in
            let spared = sparing[family] ?? []
            var chains: [FilterChain] = []
            if let matches = leaving[family], !matches.isEmpty {
                // Copies without a socket are held, so that TCP goes on as it would if the packets had left.
                let rules = try filter.holding(
                    matches,
                    family: family,
                    queue: queue,
                    twins: try doesDuplicate(family),
                    comment: id
                )
                chains.append(
                    FilterChain(
                        name: "leaving",
                        hook: .postrouting,
                        priority: FilterChain.lastPriority(queue: queue),
                        rules: spared + rules
                    )
                )
            }
            if let matches = arriving[family], !matches.isEmpty {
                let rules = filter.holdingArrivals(
                    matches,
                    queue: queue,
                    twins: try doesDuplicate(family),
                    comment: id
                )
                chains.append(
                    FilterChain(
                        name: "arriving",
                        hook: .prerouting,
                        priority: FilterChain.firstPriority(queue: queue),
                        rules: spared + rules
                    )
                )
            }
            guard !chains.isEmpty else { return nil }
            return FilterTable(name: PacketFaults.tableName(id), family: family, chains: chains)
        }
    }

    private func doesDuplicate(_ family: TableFamily) throws -> Bool {
        guard asked.duplicate.share != .zero else { return false }
        guard try filter.canCopy(family: family) else {
            throw FaultError(
                "fault.no-duplicate",
                "without netem, packets are duplicated by nftables' dup, which this kernel lacks for \(family.name);"
                    + " load nft_dup_ipv4 and nft_dup_ipv6, or sch_netem, or leave \"duplicate\" out"
            )
        }
        return true
    }
}
