package import Impairments
import LinuxSystem
import Measures
import Packetfilter
import Synchronization

/// Arms packet faults on one interface of this host. Each has a table of its own, owned by one socket, so that adding or
/// removing one touches no other, and the death of this process removes them all.
package final class PacketFaults: Sendable {
    package let backend: DelayBackend
    package let backendReason: String
    private let interface: String
    private let seed: UInt64
    private let exemptions: Exemptions
    private let allowsOwnLine: Bool
    private let filter: FilterSocket
    private let paths: NetemPaths
    private let rulesBefore: RulesetSnapshot
    private let queueNumbers = Mutex<UInt16>(0)

    /// In the calling thread's network namespace; `drop` and `impair` are to be called there too.
    /// `backend` nil: the best that this host has. `exemptions`: what no fault touches. `allowsOwnLine`: a filter may name
    /// port 22. Errors: the interface is missing; no CAP_NET_ADMIN.
    package init(
        interface: String,
        seed: UInt64,
        keeper: any UndoKeeper,
        backend: DelayBackend? = nil,
        exemptions: Exemptions = Exemptions(),
        allowsOwnLine: Bool = false
    ) throws {
        self.interface = interface
        self.seed = seed
        self.exemptions = exemptions
        self.allowsOwnLine = allowsOwnLine
        filter = try FilterSocket()
        rulesBefore = try filter.snapshot()
        (self.backend, backendReason) = backend.map { ($0, "as asked") } ?? DelayBackend.probe(filter)
        // Found out now, and not when a fault is to act: a dry run takes the kernel some 20 ms.
        filter.learnQueues()
        paths = NetemPaths(seed: seed, keeper: keeper, filter: filter)
    }

    /// Matching packets vanish, and nobody is told: where they arrive, or on their way out when the filter says egress.
    package func drop(
        id: String,
        from filter: TrafficFilter,
        window: ActingWindow,
        leaseUntil: Int64
    ) throws -> any Injection {
        try Self.checkHost(for: filter, drops: true)
        let tables = DropRules(id: id).tables(try concerned(by: filter, id: id))
        return try DropInjection(
            id: id,
            tables: tables,
            from: filter,
            filter: self.filter,
            window: window,
            leaseUntil: leaseUntil
        )
    }

    /// Matching packets suffer what is asked.
    package func impair(
        id: String,
        _ asked: Impairment,
        on filter: TrafficFilter,
        window: ActingWindow,
        leaseUntil: Int64
    ) throws -> any Injection {
        try Self.checkHost(for: filter, drops: false)
        let traffic = try concerned(by: filter, id: id)
        let byQueue = {
            try self.withFreeQueue { number in
                try QueueInjection(
                    id: id,
                    asked: asked,
                    traffic: traffic,
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
                    filter: filter,
                    traffic: traffic,
                    interface: filter.interface ?? interface,
                    paths: paths,
                    socket: self.filter,
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

    private func concerned(by filter: TrafficFilter, id: String) throws -> ConcernedTraffic {
        try ConcernedTraffic(
            filter,
            interface: interface,
            interfaces: .here,
            flowSeed: Self.flowSeed(of: filter, seed, id: id),
            exemptions: exemptions,
            allowsOwnLine: allowsOwnLine
        )
    }

    /// What the filter asks of the kernel beyond plain rules; asked of it once.
    static func checkHost(for filter: TrafficFilter, drops: Bool) throws {
        var needed: [Feature] = []
        if filter.flows != .one { needed.append(.flowShares) }
        if filter.cgroup != nil { needed.append(.senderCgroups) }
        // What leaves is lost silently only by way of a queue.
        if drops, filter.direction != .ingress { needed.append(.packetQueues) }
        for feature in needed {
            if case .no(let reason) = feature.answer() {
                throw FaultError("fault.unsupported", "\(feature.name): \(reason). It needs \(feature.needs)")
            }
        }
    }

    /// Another for each fault, so that two faults on a tenth of the flows do not hit the same tenth.
    static func flowSeed(_ seed: UInt64, id: String) -> UInt32 {
        var draws = SeededGenerator(seed: seed, stream: "flows/\(id)")
        return UInt32(truncatingIfNeeded: draws.next() as UInt64)
    }

    /// 0 where no share is drawn: a draw takes time.
    static func flowSeed(of filter: TrafficFilter, _ seed: UInt64, id: String) -> UInt32 {
        filter.flows == .one ? 0 : flowSeed(seed, id: id)
    }

    /// At the end of a run, when all is healed: takes away what was kept for its faults, and tells what differs from the
    /// state before this object was made; nothing as a rule. Twice is once.
    package func differencesFromBefore() -> [String] {
        do {
            var differences = try rulesBefore.differences(to: filter.snapshot())
            differences += try paths.removeIfUnused()
            try filter.removeParked()
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

    static func tableName(_ id: String) -> String { "faultline-\(id.replacing("#", with: "-"))" }

    static func noBackend(_ reason: String) -> FaultError {
        FaultError(
            "fault.no-backend",
            "this host cannot delay packets: \(reason); load sch_netem (modprobe sch_netem) or nfnetlink_queue"
        )
    }
}
