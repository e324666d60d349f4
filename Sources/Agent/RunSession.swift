import AgentProtocol
import Capture
import ClockSync
import Faults
import Foundation
import LinuxSystem
import Load
import Measures
import Packetfilter
import Plan
import Policy
import Processes
import Recording
import Schedule
import SwiftProtobuf
import Telemetry

/// One run on this host, under a lease: its clock, its armed faults, its loads, and what they tell. Everything that it
/// does is undone when it ends, and it ends by itself when the lease does.
actor RunSession {
    let run: String
    let host: String
    let seed: UInt64
    /// What no packet fault of this run touches.
    let exemptions: Exemptions
    /// A fault that names port 22 may touch SSH.
    let allowsOwnLine: Bool
    let packetFaults: PacketFaults
    let containerFaults: ContainerFaults
    let processFaults: ProcessFaults
    let services: Services
    let admission: Admission
    /// What the policy let pass, in this run so far.
    var admitted: [FaultRequest] = []
    let undo: UndoStore
    let meter: SharedMeter?
    let audit: AuditLog?
    let clock: SessionClock
    private(set) var neighbours: NeighbourClocks?
    let interface: String
    private var capture: PacketCapture?
    private let logs: [WatchedLog]
    private(set) var logWatch: LogWatch?
    /// Of the clock and of the map to the clock of captures, at worst so far, nanoseconds.
    var widestBound: Int64 = 0
    var clockTold: ClockTold?
    private(set) var lease: Lease
    /// The lease's end for threads that cannot ask this actor.
    let leaseEnd = LeaseEnd()
    private(set) var axis: RunAxis
    /// From `begin` on.
    private(set) var edges: EdgeKeeper?
    var injections: [String: any Injection] = [:]
    var healers: [String: Healer] = [:]

    /// How a service fault ends.
    struct Healer {
        let service: String
        let change: ProcessEvent.Change
        let words: String
        let heal: @Sendable () throws -> LocalSpan?
    }

    var tasks: [Task<Void, Never>] = []
    var strikes: [String: Strike] = [:]
    private var loads: [LoadRun] = []
    /// Measured before time zero is known, and told after.
    private var floors: [InstrumentFloor] = []
    private var floorsMeasured: Int64 = 0
    var histories: [HistoryRun] = []
    var isClosed = false
    private(set) var hasEnded = false
    nonisolated let out = HappeningLog()
    /// Who opened it, and alone may command it; anybody with the right key may halt it.
    nonisolated let owner = Caller.current.name
    /// For others that ask meanwhile.
    nonisolated let serving: Faultline_Agent_V1_Serving
    /// What was installed for each fault, in the kernel's words.
    var operations: [String: String] = [:]
    /// Addresses of hosts by the names that loads call them.
    private var names = HostNames([])

    init(
        _ request: Faultline_Agent_V1_OpenRunRequest,
        host: String,
        services: Services,
        logs: [WatchedLog] = [],
        policy: Policy,
        undo: UndoStore,
        audit: AuditLog? = nil,
        executable: String,
        port: UInt16? = nil,
        meter: SharedMeter? = nil
    ) throws {
        run = request.run
        self.meter = meter
        self.audit = audit
        serving = .with {
            $0.run = request.run
            $0.coordinator = Caller.current.says(request.coordinator)
            $0.experiment = request.experiment
            $0.sinceUnixNs = Clocks.realtime()
        }
        self.host = host
        seed = request.seed
        self.services = services
        self.logs = logs
        admission = Admission(policy: policy, services: services)
        self.undo = undo
        guard (200_000_000...60_000_000_000).contains(request.leaseNs) else {
            throw WireError("a lease of \(request.leaseNs) ns; 200 ms to 60 s are possible")
        }
        if let refusal = policy.refusal(ofLease: Duration(nanoseconds: request.leaseNs)),
            let refused = PolicyRefused([refusal])
        {
            throw refused
        }
        interface = request.interface
        var exemptions = Exemptions(
            reflector: (request.reflector.address, request.reflector.port),
            neighbours: request.neighbours.clock.port,
            policy
        )
        // The line by which the coordinator reaches this agent.
        if let port { exemptions.controls.append(.init(address: nil, port: port, transport: .tcp)) }
        self.exemptions = exemptions
        allowsOwnLine = policy.allowsSSH
        packetFaults = try PacketFaults(
            interface: request.interface,
            seed: request.seed,
            keeper: undo,
            exemptions: exemptions,
            allowsOwnLine: allowsOwnLine
        )
        let resolver = TargetResolver(
            services: services,
            scope: try .ownNetwork(protection: policy.protection(services: services)),
            engines: policy.allowedEngines
        )
        containerFaults = ContainerFaults(
            resolver: resolver,
            seed: request.seed,
            keeper: undo,
            exemptions: exemptions,
            allowsOwnLine: allowsOwnLine
        )
        processFaults = ProcessFaults(resolver: resolver, keeper: undo, executable: executable)
        clock = try SessionClock(request.reflector)
        do {
            neighbours = try NeighbourClocks(request.neighbours)
        } catch {
            clock.stop()
            throw error
        }
        lease = Lease(nanoseconds: request.leaseNs, now: Clocks.monotonic())
        axis = RunAxis(zeroReference: Clocks.monotonic())
    }

    /// The first burst of clock probes is in; from now on the lease runs.
    func open(floorsOf wires: [Faultline_Agent_V1_Load]) async throws -> Faultline_Agent_V1_OpenRunReply {
        clock.waitForFirst()
        floors = try await FloorMeasurement.all(of: wires.map { try LoadPlan($0) })
        floorsMeasured = Clocks.monotonic()
        // It may have been halted meanwhile.
        try checkOpen()
        meter?.tell { [run, serving] in $0.open(run: run, experiment: serving.experiment) }
        renewLease()
        tasks.append(Task { await self.watchLease() })
        tasks.append(Task { await self.reportClock() })
        tasks.append(Task { await self.reportClockChanges() })
        tasks.append(Task { await self.reportPaths() })
        tasks.append(Task { await self.watchServices() })
        let reading = clock.reading()
        return .with {
            $0.clock.offsetNs = reading.offset
            $0.clock.boundNs = reading.bound
        }
    }

    /// Not after the end: a lease may be over between the two calls.
    func begin(_ request: Faultline_Agent_V1_BeginRequest) throws -> Faultline_Agent_V1_BeginReply {
        try checkOpen()
        try askPolicy(about: request)
        axis = RunAxis(zeroReference: request.zeroReferenceNs)
        names = HostNames(request.names)
        let edges = try edges ?? edgeKeeper(request)
        self.edges = edges
        var reply = Faultline_Agent_V1_BeginReply()
        if !request.capturePath.isEmpty {
            capture = try PacketCapture(
                interface: interface,
                filter: CaptureFilter.text(ports: request.capturePorts),
                file: request.capturePath
            )
        }
        if logWatch == nil, !logs.isEmpty {
            logWatch = try LogWatch(logs)
            tasks.append(Task { await self.reportLogMarks() })
        }
        // One for all faults of a run, so that windows which meet at an instant do so here too.
        let model = try clock.knownModel()
        for fault in request.faults {
            reply.armed.append(try arm(fault, model, refusesBeyond: edges.refusesBeyond))
        }
        // Peers have begun to answer only now.
        neighbours?.burst()
        for floor in floors { emit(.floor(floor), at: floorsMeasured) }
        for load in request.loads { try start(load, end: request.endNs) }
        for history in request.histories { try start(history, end: request.endNs) }
        return reply
    }

    private func checkOpen() throws {
        guard isClosed else { return }
        throw FaultError(
            "agent.run-over",
            "the run \(run) is over on this host: its lease ended, or it was closed"
        )
    }

    func renew() throws -> Faultline_Agent_V1_RenewReply {
        try checkOpen()
        renewLease()
        for injection in injections.values { try injection.extend(leaseUntil: lease.until) }
        return .with {
            $0.untilReferenceNs = lease.until + clock.reading().offset
            $0.active = UInt32(injections.count)
            $0.begun = edges != nil
        }
    }

    private func renewLease() {
        lease.renew(now: Clocks.monotonic())
        leaseEnd.move(to: lease.until)
        // Should this process be frozen, the guardian heals when the lease is over.
        undo.lease(until: lease.until)
        meter?.tell { [lease] in $0.lease(renewed: lease.until - lease.nanoseconds, until: lease.until) }
    }

    /// Ends the run: loads stop, all faults heal, the state is compared with the one before. Twice is once.
    func close() async -> [String] {
        guard !isClosed else { return [] }
        isClosed = true
        for task in tasks { task.cancel() }
        for load in loads { load.stop() }
        for history in histories { history.stop() }
        for strike in strikes.values { strike.cancel() }
        edges?.stop()
        var differences = healAll()
        differences += packetFaults.differencesFromBefore() + containerFaults.differencesFromBefore()
        differences += undo.stillOpen()
        // What is on its way is waited for within its time-out, so that the recording accounts for every request.
        for load in loads { _ = await load.finished }
        for history in histories { await history.finished }
        if let summary = capture?.stop() {
            let known =
                widestBound < SessionClock.unknown
                ? "are known to ± \(Duration(nanoseconds: widestBound).rounded) or better"
                : "were not known on the axis for a while"
            emit(
                .note(kind: .captured, text: "\(summary.words); its stamps \(known)"),
                at: Clocks.monotonic()
            )
        }
        logWatch?.stop()
        tellLogMarks()
        undo.lease(until: nil)
        if let neighbours { tell(neighbours.readings(isLast: true)) }
        neighbours?.stop()
        clock.stop()
        out.finish()
        // They hold this session, and ports that the next run needs.
        (edges, loads, histories, neighbours, logWatch) = (nil, [], [], nil, nil)
        (tasks, strikes, healers) = ([], [:], [:])
        hasEnded = true
        meter?.tell { [host] in $0.close(host: host, differences: differences.count) }
        return differences
    }

    // MARK: lease

    private func watchLease() async {
        while !Task.isCancelled {
            let left = Duration(nanoseconds: lease.until - Clocks.monotonic())
            try? await Task.sleep(for: max(.milliseconds(1), min(.milliseconds(250), left)))
            if out.dropped > 0, !isClosed {
                emit(
                    .note(
                        kind: .agentLost,
                        text: "\(out.dropped) batches were not taken by the coordinator and are lost; healing"
                    ),
                    at: Clocks.monotonic()
                )
                _ = await close()
            }
            guard !isClosed, lease.isExpired(now: Clocks.monotonic()) else { continue }
            emit(
                .note(kind: .leaseExpired, text: "nothing heard of the coordinator; healing"),
                at: Clocks.monotonic()
            )
            _ = await close()
        }
    }

    /// A service that ends by itself is told: it is not a fault of ours.
    private func watchServices() async {
        var gone: Set<String> = []
        while !Task.isCancelled, !isClosed {
            for service in services.all {
                let name = service.service.name
                let isOurs = healers.values.contains { $0.service == name }
                if service.isRunning {
                    gone.remove(name)
                } else if !isOurs, gone.insert(name).inserted {
                    tell(name, .exited, from: Clocks.monotonic(), to: Clocks.monotonic())
                }
            }
            try? await Task.sleep(for: services.all.isEmpty ? .seconds(1) : .milliseconds(200))
        }
    }

    // MARK: load

    private func start(_ wire: Faultline_Agent_V1_Load, end: Int64) throws {
        let plan = try LoadPlan(wire)
        let address = try HostAddress.resolve(names.address(of: plan.request.host), port: plan.request.port)
        let out = out
        let session = self
        meter?.tell { $0.judge(plan.name, by: plan.good) }
        let origin = axis.local(.zero, offset: clock.reading().offset)
        emit(.origin(load: plan.name, local: origin), at: Clocks.monotonic())
        let load = try LoadRun(
            plan: plan,
            address: address,
            arrivals: ArrivalSource(plan, end: Instant(nanoseconds: end), seed: seed),
            axisZero: origin,
            seed: seed,
            marksPackets: capture != nil
        ) { batch in
            let line = HistogramLog.line(
                load: plan.name,
                start: batch.start,
                length: batch.length,
                histogram: batch.responseTimes
            )
            out.yield(
                .with {
                    $0.batch.load = plan.name
                    $0.batch.block = Data(batch.block)
                    $0.batch.histogramLines = line
                }
            )
            session.count(batch)
            await session.note(batch.reading)
        }
        loads.append(load)
        try load.start()
        tasks.append(
            Task {
                let summary = await load.finished
                let notes: [(RunEvent.NoteKind, String?)] = [
                    (.generatorTrouble, summary?.trouble), (.targetUnusable, summary?.complaint),
                ]
                for case (let kind, let text?) in notes {
                    emit(.note(kind: kind, text: "\(plan.name): \(text)"), at: Clocks.monotonic())
                }
                emit(.note(kind: .finished, text: plan.name), at: Clocks.monotonic())
            }
        )
    }

    private func note(_ reading: GeneratorReading) {
        emit(.generator(reading), at: Clocks.monotonic())
    }

    func sleep(until local: Int64) async {
        let left = local - Clocks.monotonic()
        if left > 0 { try? await Task.sleep(for: .nanoseconds(left), tolerance: .zero) }
    }
}
