import AgentProtocol
import ClockSync
import Faults
import Foundation
import LinuxSystem
import Load
import Measures
import Plan
import Processes
import Recording
import Schedule
import SwiftProtobuf

/// One run on this host, under a lease: its clock, its armed faults, its loads, and what they tell. Everything that it
/// does is undone when it ends, and it ends by itself when the lease does.
actor RunSession {
    let run: String
    let host: String
    private let seed: UInt64
    private let packetFaults: PacketFaults
    let services: Services
    private let undo: UndoStore
    let clock: SessionClock
    private var lease: Lease
    private(set) var axis: RunAxis
    private var injections: [String: any Injection] = [:]
    private var healers: [String: Healer] = [:]

    /// How a service fault ends.
    private struct Healer {
        let service: String
        let change: ProcessEvent.Change
        let heal: @Sendable () throws -> Void
    }

    private var tasks: [Task<Void, Never>] = []
    private var strikes: [Strike] = []
    private var loads: [LoadRun] = []
    private var isClosed = false
    private(set) var hasEnded = false
    let out: AsyncStream<Faultline_Agent_V1_Happening>.Continuation
    nonisolated let happenings: AsyncStream<Faultline_Agent_V1_Happening>

    init(
        _ request: Faultline_Agent_V1_OpenRunRequest,
        host: String,
        services: Services,
        undo: UndoStore
    ) throws {
        run = request.run
        self.host = host
        seed = request.seed
        self.services = services
        self.undo = undo
        guard (200_000_000...60_000_000_000).contains(request.leaseNs) else {
            throw WireError("a lease of \(request.leaseNs) ns; 200 ms to 60 s are possible")
        }
        packetFaults = try PacketFaults(interface: request.interface, seed: request.seed, keeper: undo)
        clock = try SessionClock(request.reflector)
        lease = Lease(nanoseconds: request.leaseNs, now: Clocks.monotonic())
        axis = RunAxis(zeroReference: Clocks.monotonic())
        // Bounded: a coordinator that does not read loses events, not this host's memory. Batches are a second each.
        (happenings, out) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(4096))
    }

    /// The first burst of clock probes is in; from now on the lease runs.
    func open() -> Faultline_Agent_V1_OpenRunReply {
        clock.waitForFirst()
        lease.renew(now: Clocks.monotonic())
        tasks.append(Task { await self.watchLease() })
        tasks.append(Task { await self.reportClock() })
        tasks.append(Task { await self.watchServices() })
        let reading = clock.reading()
        return .with {
            $0.clock.offsetNs = reading.offset
            $0.clock.boundNs = reading.bound
        }
    }

    func begin(_ request: Faultline_Agent_V1_BeginRequest) throws -> Faultline_Agent_V1_BeginReply {
        axis = RunAxis(zeroReference: request.zeroReferenceNs)
        var reply = Faultline_Agent_V1_BeginReply()
        for fault in request.faults { reply.armed.append(try arm(fault)) }
        for load in request.loads { try start(load, end: request.endNs) }
        return reply
    }

    func renew() throws -> Faultline_Agent_V1_RenewReply {
        lease.renew(now: Clocks.monotonic())
        for injection in injections.values { try injection.extend(leaseUntil: lease.until) }
        return .with {
            $0.untilReferenceNs = lease.until + clock.reading().offset
            $0.active = UInt32(injections.count)
        }
    }

    /// Ends the run: loads stop, all faults heal, the state is compared with the one before. Twice is once.
    func close() async -> [String] {
        guard !isClosed else { return [] }
        isClosed = true
        for task in tasks { task.cancel() }
        for load in loads { load.stop() }
        for strike in strikes { strike.cancel() }
        var differences = healAll()
        differences += packetFaults.differencesFromBefore()
        // What is on its way is waited for within its time-out, so that the recording accounts for every request.
        for load in loads { _ = await load.finished }
        clock.stop()
        out.finish()
        hasEnded = true
        return differences
    }

    // MARK: lease and clock

    private func watchLease() async {
        while !Task.isCancelled {
            try? await Task.sleep(for: .milliseconds(50))
            guard !isClosed, lease.isExpired(now: Clocks.monotonic()) else { continue }
            emit(.note(kind: .leaseExpired, text: "nothing heard of the coordinator; healing"), at: Clocks.monotonic())
            _ = await close()
        }
    }

    private func reportClock() async {
        while !Task.isCancelled, !isClosed {
            let reading = clock.reading()
            emit(
                .clock(
                    ClockReading(
                        offsetNanoseconds: reading.offset,
                        boundNanoseconds: reading.bound,
                        state: reading.state,
                        exchanges: reading.exchanges,
                        roundTripNanoseconds: reading.roundTrip
                    )),
                at: Clocks.monotonic()
            )
            try? await Task.sleep(for: .seconds(1))
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
            try? await Task.sleep(for: .milliseconds(200))
        }
    }

    // MARK: faults

    private func arm(_ fault: Faultline_Agent_V1_Fault) throws -> Faultline_Agent_V1_Armed {
        let reading = clock.reading()
        let window = ActingWindow(
            start: axis.local(Instant(nanoseconds: fault.startNs), offset: reading.offset),
            end: axis.local(Instant(nanoseconds: fault.endNs), offset: reading.offset)
        )
        guard fault.endNs >= fault.startNs else { throw WireError("\(fault.id) ends before it starts") }
        var armed = Faultline_Agent_V1_Armed()
        armed.fault = fault.id
        armed.boundNs = reading.bound
        armed.late = Clocks.monotonic() >= window.start
        switch fault.action {
        case .delay(let delay):
            let asked = try DelayParameters(delay)
            let peers = delay.peers.map(\.address)
            let injection = try packetFaults.delay(
                id: fault.id, asked, peers: peers, window: window, leaseUntil: lease.until)
            armed.operation = injection.operation
            let probes = delay.peers.first.map { peer in
                PathObservation(peer: peer.name, address: peer.address, patience: asked.latency + asked.jitter * 4)
            }
            follow(injection, window: window, probe: probes) { samples, _ in
                guard let peer = delay.peers.first else { return [] }
                return EffectJudgement(window: window).delay(fault.id, peer: peer.name, asked: asked, samples: samples)
            }
        case .drop(let drop):
            let peers = drop.peers.map(\.address)
            let injection = try packetFaults.drop(id: fault.id, peers: peers, window: window, leaseUntil: lease.until)
            armed.operation = injection.operation
            let probe = drop.peers.first.map {
                PathObservation(peer: $0.name, address: $0.address, patience: .milliseconds(50))
            }
            follow(injection, window: window, probe: probe) { samples, packets in
                guard let peer = drop.peers.first else { return [] }
                return [
                    EffectJudgement(window: window).drop(fault.id, peer: peer.name, samples: samples, packets: packets)
                ]
            }
        case .kill(let kill):
            guard
                let action = KillFault(
                    id: fault.id, service: kill.service, signal: kill.signal, restarts: kill.hasRestartAfterNs)
            else { throw WireError("the signal \(kill.signal)") }
            _ = try services.named(kill.service)
            armed.operation = "pidfd_send_signal(SIG\(kill.signal)) to \(kill.service)"
            act(ServiceAct(kill: action), window: window)
        case .pause(let pause):
            _ = try services.named(pause.service)
            armed.operation = "pidfd_send_signal(SIGSTOP) to \(pause.service)"
            act(ServiceAct(pause: PauseFault(id: fault.id, service: pause.service)), window: window)
        case .restart(let restart):
            _ = try services.named(restart.service)
            armed.operation = "SIGKILL to \(restart.service), then start"
            act(ServiceAct(restart: RestartFault(id: fault.id, service: restart.service)), window: window)
        case nil: throw WireError("\(fault.id) has no action")
        }
        emit(.injection(InjectionEvent(fault: fault.id, step: .armed, detail: armed.operation)), at: Clocks.monotonic())
        return armed
    }

    /// A packet fault needs nobody at its edges: this only watches, probes, reads back, and removes it afterwards.
    private func follow(
        _ injection: any Injection,
        window: ActingWindow,
        probe: PathObservation?,
        judge: @escaping @Sendable ([EchoProbe.Sample], UInt64) -> [Observation]
    ) {
        injections[injection.id] = injection
        let probing = probe.map { $0.start(window: window) }
        tasks.append(
            Task {
                await sleep(until: window.start)
                guard !Task.isCancelled else { return }
                report(injection.id, .started, injection.operation, at: window.start)
                await sleep(until: min(window.start + 30_000_000, window.end))
                guard !Task.isCancelled else { return }
                readBack(injection)
                await sleep(until: window.end)
                guard !Task.isCancelled else { return }
                report(injection.id, .ended, "", at: window.end)
                // Held packets leave first; the counters are then final.
                await sleep(until: window.end + 20_000_000)
                let packets = (try? injection.readBack().packets) ?? 0
                let samples = await probing?.samples() ?? []
                guard !Task.isCancelled else { return }
                for observation in judge(samples, packets) { emit(.observation(observation), at: window.end) }
                heal(injection)
            })
    }

    private func readBack(_ injection: any Injection) {
        do {
            let found = try injection.readBack()
            report(injection.id, found.isInstalled ? .verified : .failed, found.detail, at: Clocks.monotonic())
        } catch {
            report(injection.id, .failed, "\(error)", at: Clocks.monotonic())
        }
    }

    private func heal(_ injection: any Injection) {
        guard injections.removeValue(forKey: injection.id) != nil else { return }
        do {
            try injection.heal()
            report(injection.id, .healed, "removed; read back: gone", at: Clocks.monotonic())
        } catch {
            injections[injection.id] = injection
            report(injection.id, .failed, "heal: \(error)", at: Clocks.monotonic())
        }
    }

    /// A process fault fires from an absolute timer, with stamps on both sides: its start is an interval. All that takes
    /// time, the journal above all, happens before.
    private func act(_ action: ServiceAct, window: ActingWindow) {
        tasks.append(
            Task {
                await sleep(until: window.start - Self.preparation)
                guard !Task.isCancelled, !isClosed else { return }
                do {
                    try await strike(action, at: window.start)
                } catch {
                    report(action.id, .failed, "\(error)", at: Clocks.monotonic())
                }
                if action.lasts { await sleep(until: window.end) }
                guard !Task.isCancelled, !isClosed else { return }
                healService(action.id)
            })
    }

    private static let preparation: Int64 = 500_000_000

    private func strike(_ action: ServiceAct, at instant: Int64) async throws {
        let services = services
        let undo = undo
        healers[action.id] = Healer(service: action.service, change: action.changes.end) {
            try action.heal(services, undo)
        }
        let strike = Strike(try action.prepare(services, undo))
        strikes.append(strike)
        guard let sweep = try await strike.fire(at: instant) else { return }
        report(action.id, .started, action.words(sweep), from: sweep.beganAt, to: sweep.lastSentAt)
        emit(.observation(action.observation(sweep)), at: sweep.endedAt)
        tell(action.service, action.changes.start, from: sweep.beganAt, to: sweep.lastSentAt)
    }

    private func healService(_ id: String) {
        guard let healer = healers.removeValue(forKey: id) else { return }
        let before = Clocks.monotonic()
        do {
            try healer.heal()
            tell(healer.service, healer.change, from: before, to: Clocks.monotonic())
            report(id, .ended, "", from: before, to: Clocks.monotonic())
            report(id, .healed, "runs again", at: Clocks.monotonic())
        } catch {
            report(id, .failed, "heal: \(error)", at: Clocks.monotonic())
        }
    }

    private func healAll() -> [String] {
        var failed: [String] = []
        for id in healers.keys.sorted() { healService(id) }
        for injection in injections.values.sorted(by: { $0.id < $1.id }) {
            heal(injection)
            if injections[injection.id] != nil { failed.append("\(injection.id) could not be healed on \(host)") }
        }
        return failed
    }

    // MARK: load

    private func start(_ wire: Faultline_Agent_V1_Load, end: Int64) throws {
        let plan = try LoadPlan(wire)
        let address = try HostAddress.resolve(plan.request.address.host, port: plan.request.address.port)
        let arrivals = ArrivalSequence(
            process: plan.arrivals, end: Instant(nanoseconds: end), seed: seed, load: plan.name)
        let out = out
        let session = self
        let load = try LoadRun(
            plan: plan,
            address: address,
            arrivals: arrivals,
            axisZero: axis.local(.zero, offset: clock.reading().offset)
        ) { batch in
            let line = HistogramLog.line(
                load: plan.name, start: batch.start, length: batch.length, histogram: batch.responseTimes)
            out.yield(
                .with {
                    $0.batch.load = plan.name
                    $0.batch.block = Data(batch.block)
                    $0.batch.histogramLines = line
                })
            await session.note(batch.reading)
        }
        loads.append(load)
        try load.start()
        tasks.append(
            Task {
                if let trouble = await load.finished?.trouble {
                    emit(.note(kind: .generatorTrouble, text: "\(plan.name): \(trouble)"), at: Clocks.monotonic())
                }
                emit(.note(kind: .finished, text: plan.name), at: Clocks.monotonic())
            })
    }

    private func note(_ reading: GeneratorReading) {
        emit(.generator(reading), at: Clocks.monotonic())
    }

    private func sleep(until local: Int64) async {
        let left = local - Clocks.monotonic()
        if left > 0 { try? await Task.sleep(for: .nanoseconds(left), tolerance: .zero) }
    }
}
