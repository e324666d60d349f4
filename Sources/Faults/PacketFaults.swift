package import Impairments
import LinuxSystem
import Measures
import Netlink
import Packetfilter
import Synchronization

/// Arms packet faults on one interface of this host. Each has a table of its own, owned by one socket, so that adding or
/// removing one touches no other, and the death of this process removes them all.
package final class PacketFaults: Sendable {
    package let backend: DelayBackend
    package let backendReason: String
    private let interface: String
    private let seed: UInt64
    private let filter: FilterSocket
    private let paths: NetemPaths
    private let rulesBefore: RulesetSnapshot
    private let queueNumbers = Mutex<UInt16>(0)

    /// In the calling thread's network namespace; `drop` and `delay` are to be called there too.
    /// `backend` nil: the best that this host has. Errors: the interface is missing; no CAP_NET_ADMIN.
    package init(interface: String, seed: UInt64, keeper: any UndoKeeper, backend: DelayBackend? = nil) throws
    {
        self.interface = interface
        self.seed = seed
        filter = try FilterSocket()
        rulesBefore = try filter.snapshot()
        (self.backend, backendReason) = backend.map { ($0, "as asked") } ?? DelayBackend.probe(filter)
        paths = NetemPaths(seed: seed, keeper: keeper, filter: filter)
        _ = try RouteSocket().link(named: interface)
    }

    /// Matching packets vanish where they arrive.
    package func drop(
        id: String,
        from filter: TrafficFilter,
        window: ActingWindow,
        leaseUntil: Int64
    ) throws -> any Injection {
        let rules = try matches(filter) { PacketMatch(source: $0, inputInterface: interface) }.map {
            PacketRule(match: $0, verdict: .drop, comment: id)
        }
        let table = ArmedTable(
            filter: self.filter,
            tables: [
                FilterTable(
                    name: Self.tableName(id),
                    family: .ip,
                    chains: [FilterChain(name: "arriving", hook: .prerouting, rules: rules)]
                )
            ],
            window: window
        )
        try table.install(leaseUntil: leaseUntil)
        return DropInjection(id: id, table: table, peers: filter.peers.map(\.description))
    }

    /// Matching packets suffer what is asked.
    package func impair(
        id: String,
        _ asked: Impairment,
        on filter: TrafficFilter,
        window: ActingWindow,
        leaseUntil: Int64
    ) throws -> any Injection {
        let matches = try matches(filter) { PacketMatch(destination: $0, outputInterface: interface) }
        let byQueue = {
            try self.withFreeQueue { number in
                try QueueInjection(
                    id: id,
                    asked: asked,
                    matches: matches,
                    queue: number,
                    seed: self.seed,
                    filter: self.filter,
                    window: window,
                    leaseUntil: leaseUntil
                )
            }
        }
        switch backend {
        case .netem:
            do {
                return try NetemInjection(
                    id: id,
                    asked: asked,
                    traffic: filter,
                    leaving: filter.direction == .ingress ? [:] : [.ip: matches],
                    arriving: filter.direction == .egress
                        ? [:]
                        : [
                            .ip: try self.matches(filter) {
                                PacketMatch(source: $0, inputInterface: interface)
                            }
                        ],
                    sparing: [:],
                    interface: interface,
                    paths: paths,
                    filter: self.filter,
                    window: window,
                    leaseUntil: leaseUntil
                )
            } catch let unfit as NetemUnfit {
                // What netem cannot do exactly, the other backend does, where the kernel has it.
                guard Feature.packetQueues.answer().isYes else { throw unfit }
                return try byQueue()
            }
        case .queue: return try byQueue()
        case .none: throw Self.noBackend(backendReason)
        }
    }

    /// At the end of a run, when all is healed: takes away what was kept for its faults, and tells what differs from the
    /// state before this object was made; nothing as a rule. Twice is once.
    package func differencesFromBefore() -> [String] {
        do {
            var differences = try rulesBefore.differences(to: filter.snapshot())
            differences += try paths.removeIfUnused()
            return differences
        } catch {
            return ["the state after healing could not be read: \(error)"]
        }
    }

    /// Numbers that another program listens on (an intrusion detection, another run) are passed over.
    private func withFreeQueue(_ body: (UInt16) throws -> any Injection) throws -> any Injection {
        var attempt = 0
        while true {
            attempt += 1
            let number = queueNumbers.withLock { last in
                // Around at the end: whoever has used so many has long healed the first. 0 is what others take first.
                last = last == .max ? 1 : last + 1
                return last
            }
            do {
                return try body(number)
            } catch let error as FilterError {
                guard error.kind == .busy, attempt < Self.mostQueuesTried else { throw error }
            }
        }
    }

    private static let mostQueuesTried = 32

    private func matches(_ filter: TrafficFilter, _ make: (AddressPrefix) -> PacketMatch) throws
        -> [PacketMatch]
    {
        guard !filter.peers.isEmpty else {
            throw FaultError("fault.no-peers", "a packet fault without peers")
        }
        return try filter.peers.map { peer in
            guard !peer.isIPv6 else { throw FaultError("fault.address", "\(peer) is not an IPv4 address") }
            return make(peer)
        }
    }

    static func tableName(_ id: String) -> String { "faultline-\(id.replacing("#", with: "-"))" }

    private static func noBackend(_ reason: String) -> FaultError {
        FaultError(
            "fault.no-backend",
            "this host cannot delay packets: \(reason); load sch_netem (modprobe sch_netem) or nfnetlink_queue"
        )
    }
}
