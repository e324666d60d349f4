import Impairments
import LinuxSystem
import Measures
import Packetfilter

/// A delay or loss by NFQUEUE, for kernels without netem: the window's rules hand packets to our queue, with bypass, and
/// the engine lets each go on time.
final class QueueInjection: Injection {
    let id: String
    let operation: String
    private let table: ArmedTable
    private let engine: QueueDelay
    private let window: ActingWindow
    /// The longest that the engine may hold a packet.
    private let longest: Int64

    init(
        id: String,
        asked: Impairment,
        matches: [PacketMatch],
        queue: UInt16,
        seed: UInt64,
        filter: FilterSocket,
        window: ActingWindow,
        leaseUntil: Int64
    ) throws {
        self.id = id
        self.window = window
        longest = asked.longestDelay.nanoseconds
        // The engine first: from the first packet on there is somebody who lets it go.
        // Each packet has its own drawn delay, as with netem: kept in order, a busy path would have longer delays than
        // asked, all near the greatest.
        let settings = DelayLine.Settings(asked, order: .free)
        engine = try QueueDelay(queue: queue, settings: settings, seed: seed, filter: filter)
        var rules: [PacketRule] = []
        do {
            // Copies without a socket are held, so that TCP goes on as it would if the packets had left.
            for match in matches {
                rules += try filter.holding(match, family: .ip, queue: queue, comment: id)
            }
        } catch {
            try engine.stop()
            throw error
        }
        table = ArmedTable(
            filter: filter,
            tables: [
                FilterTable(
                    name: PacketFaults.tableName(id),
                    family: .ip,
                    chains: [
                        FilterChain(
                            name: "leaving",
                            hook: .postrouting,
                            priority: FilterChain.lastPriority(queue: queue),
                            rules: rules
                        )
                    ]
                )
            ],
            window: window
        )
        operation =
            "\(table.words): queue \(queue) bypass, \(asked.words)"
        do {
            try table.install(leaseUntil: leaseUntil)
        } catch {
            try engine.stop()
            throw error
        }
    }

    func extend(leaseUntil: Int64) throws { try table.extend(leaseUntil: leaseUntil) }

    func readBack() throws -> ReadBack {
        let rules = try table.readBack()
        let statistics = engine.statistics
        if let failure = statistics.failure {
            return ReadBack(
                isInstalled: false,
                packets: statistics.received,
                detail: "the queue's engine ended: \(failure)"
            )
        }
        return ReadBack(
            isInstalled: rules.isInstalled,
            packets: statistics.received,
            detail: "\(rules.detail), \(statistics.heldNow) packets held"
        )
    }

    /// What is held leaves on time before the engine stops; waited for at most two seconds.
    func heal() throws {
        try table.remove()
        if engine.statistics.heldNow > 0 {
            let left = min(Clocks.monotonic(), window.end) + longest
            Clocks.sleepUntil(monotonic: min(left, Clocks.monotonic() + 2_000_000_000))
        }
        try engine.stop()
    }
}
