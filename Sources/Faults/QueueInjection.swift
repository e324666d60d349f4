import Impairments
import LinuxSystem
import Measures
import Packetfilter

/// An impairment by NFQUEUE, for kernels without netem: the window's rules hand packets to our queue, with bypass, and
/// the engine lets each go on time. What arrives is held before connection tracking and routing, where netem's ifb would
/// hold it, so that what this host forwards is held too.
package final class QueueInjection: Injection {
    package let id: String
    private let asked: Impairment
    private let tables: [FilterTable]
    private let queue: UInt16
    private let table: ArmedTable
    private let engine: QueueDelay

    /// `traffic`: in families ip and ip6. Errors: the queue has another listener; the kernel refuses the rules.
    init(
        id: String,
        asked: Impairment,
        traffic: ConcernedTraffic,
        queue: UInt16,
        seed: UInt64,
        filter: FilterSocket,
        window: ActingWindow,
        leaseUntil: Int64
    ) throws {
        self.id = id
        let rules = QueueRules(id: id, asked: asked, queue: queue, skills: try .of(filter, for: traffic))
        (self.asked, self.queue) = (asked, queue)
        tables = try rules.tables(traffic)
        // Each packet has its own drawn delay, as with netem: kept in order, a busy path would have longer delays than
        // asked, all near the greatest.
        let settings = DelayLine.Settings(asked, order: .free)
        // The engine first: from the first packet on there is somebody who lets it go.
        let own = Self.seed(run: seed, id: id)
        engine = try QueueDelay(queue: queue, settings: settings, seed: own, filter: filter)
        table = ArmedTable(filter: filter, tables: tables, window: window)
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

    package var operation: Operation { .queue(tables, number: queue, asked) }

    package func move(to window: ActingWindow) throws { try table.move(to: window) }
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
