import Impairments
import LinuxSystem
import Measures
import Netlink
import Packetfilter
import Synchronization

/// A delay or loss by netem: the qdisc waits below the tree, and only the window's rules steer packets into it.
final class NetemInjection: Injection {
    let id: String
    let operation: String
    private let table: ArmedTable
    private let tree: NetemTree
    private let window: ActingWindow
    /// The longest that netem may hold a packet.
    private let longest: Int64
    private let band: Mutex<Int?>

    init(
        id: String,
        asked: Impairment,
        leaving: [TableFamily: [PacketMatch]],
        arriving: [TableFamily: [PacketMatch]],
        sparing: [TableFamily: [PacketRule]],
        tree: NetemTree,
        filter: FilterSocket,
        window: ActingWindow,
        leaseUntil: Int64
    ) throws {
        guard arriving.isEmpty else {
            throw FaultError("fault.no-ingress", "netem acts on what leaves: use direction egress")
        }
        let band = try tree.take(NetemSpec(asked))
        let tables = leaving.keys.sorted { $0.rawValue < $1.rawValue }.map { family in
            let rules = (leaving[family] ?? []).map { match in
                PacketRule(
                    match: match,
                    verdict: .setPriority(classID: DelayTree.priority(band: band)),
                    comment: id
                )
            }
            return FilterTable(
                name: PacketFaults.tableName(id),
                family: family,
                chains: [
                    FilterChain(name: "leaving", hook: .postrouting, rules: (sparing[family] ?? []) + rules)
                ]
            )
        }
        table = ArmedTable(
            filter: filter,
            tables: tables,
            window: window
        )
        self.id = id
        self.tree = tree
        self.window = window
        self.band = Mutex(band)
        longest = asked.longestDelay.nanoseconds
        operation =
            "\(table.words): priority \(DelayTree.classHandle(band: band)), "
            + "netem \(asked.words)"
        do {
            try table.install(leaseUntil: leaseUntil)
        } catch {
            try? tree.giveBack(band)
            throw error
        }
    }

    func extend(leaseUntil: Int64) throws { try table.extend(leaseUntil: leaseUntil) }

    func readBack() throws -> ReadBack {
        let rules = try table.readBack()
        let held = try band.withLock { band in try band.map { try tree.holds($0) } ?? false }
        return ReadBack(
            isInstalled: rules.isInstalled && held,
            packets: rules.packets,
            detail: rules.detail + (held ? ", netem below its class" : ", netem is not there as asked")
        )
    }

    /// What netem holds leaves on time before it goes; waited for at most two seconds.
    func heal() throws {
        try table.remove()
        guard let band = band.withLock({ $0 }) else { return }
        let left = min(Clocks.monotonic(), window.end) + longest
        Clocks.sleepUntil(monotonic: min(left, Clocks.monotonic() + 2_000_000_000))
        try tree.giveBack(band)
        self.band.withLock { $0 = nil }
    }
}
