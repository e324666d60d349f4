import AgentProtocol
import ClockSync
import Foundation
import LinuxSystem
import Measures
package import Plan
import Recording
package import Schedule
import Timeline

/// What a run needs besides the plan.
package struct RunSettings: Sendable {
    /// How long an agent may act without hearing from the coordinator.
    package var lease: Duration = .milliseconds(1500)
    /// `{files}` of the services' commands.
    package var files: String
    package var version: String
    package var experimentFile: String

    package init(files: String, version: String, experimentFile: String) {
        self.files = files
        self.version = version
        self.experimentFile = experimentFile
    }
}

/// Runs one plan on its agents: services, clocks, arming, leases, recording, healing. It injects nothing itself, and
/// when it dies the agents' leases end.
package struct Conductor: Sendable {
    let plan: Plan
    let schedule: Schedule
    let settings: RunSettings
    let hosts: [HostEndpoint]
    let reference: ReferenceClock
    let folder: RunFolder
    let observer: any RunObserver
    let stopSwitch: StopSwitch
    private var run: String { folder.url.lastPathComponent }

    package init(
        plan: Plan,
        schedule: Schedule,
        settings: RunSettings,
        hosts: [HostEndpoint],
        reference: ReferenceClock,
        folder: RunFolder,
        observer: any RunObserver,
        stopSwitch: StopSwitch
    ) {
        self.plan = plan
        self.schedule = schedule
        self.settings = settings
        self.hosts = hosts
        self.reference = reference
        self.folder = folder
        self.observer = observer
        self.stopSwitch = stopSwitch
    }

    /// The whole run; when it returns, every agent that still answers has healed and closed it.
    package func conduct() async throws {
        let connections = try hosts.map { try AgentConnection($0) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for connection in connections { group.addTask { try? await connection.run() } }
            defer { for connection in connections { connection.close() } }
            try await conduct(on: connections)
        }
    }

    private func conduct(on connections: [AgentConnection]) async throws {
        let facts = try await describe(connections)
        try await policyCheck.run(on: connections)
        try await ServiceStart(plan: plan, files: settings.files, observer: observer).run(on: connections)
        // Again: whose processes they are is known only now.
        try await policyCheck.run(on: connections)
        let recorder = try Recorder(folder: folder, plan: plan, schedule: schedule, observer: observer)
        observer.stage(
            plan.targets.needFloor
                ? "synchronising clocks, measuring what the loads' own hosts add" : "synchronising clocks"
        )
        try await openRuns(connections)
        let watches = connections.map { connection in Task { await watch(connection, into: recorder) } }
        let leases = Task { await renewLeases(connections) }
        // Far enough ahead that every agent has armed before anything is due; long traces take time to pack and to read.
        let megabytes = plan.loads.reduce(0) { $0 + $1.fileText.utf8.count } >> 20
        let zero = Clocks.monotonic() + Duration.seconds(1 + megabytes).nanoseconds
        var failure: (any Error)?
        do {
            let wall = Double(ClockMap.read().realtime(monotonic: zero)) / 1e9
            try folder.write(
                RunHeader(
                    plan: plan,
                    schedule: schedule,
                    settings: settings,
                    startedAt: Date(timeIntervalSince1970: wall),
                    zeroReference: zero,
                    hosts: facts
                )
            )
            await recorder.begin(startedAt: wall)
            observer.warnOfLoads(in: plan)
            try await begin(connections, zero: zero)
            await recorder.add(note(.started, "time zero", at: .zero))
            let follower = RunFollower(
                plan: plan,
                schedule: schedule,
                observer: observer,
                stopSwitch: stopSwitch
            )
            await follower.follow(zero: zero, recorder: recorder)
        } catch {
            failure = error
        }
        if let reason = stopSwitch.reason {
            let now = Instant(nanoseconds: Clocks.monotonic() - zero)
            await recorder.add(note(reason.noteKind, reason.text, at: now))
        }
        // Healing happens on every way out: a task of its own is not cancelled with this one.
        await Task { await closeRuns(connections, recorder: recorder) }.value
        leases.cancel()
        for watch in watches { await finish(watch, within: .seconds(3)) }
        try await recorder.close()
        if let failure { throw failure }
    }

    private func finish(_ task: Task<Void, Never>, within limit: Duration) async {
        let timer = Task {
            try await Task.sleep(for: limit)
            task.cancel()
        }
        await task.value
        timer.cancel()
    }

    private func describe(_ connections: [AgentConnection]) async throws -> [HostFacts] {
        try await each(connections) { connection in
            let reply = try await connection.describe()
            return HostFacts(
                name: connection.host.name,
                kernel: reply.kernel,
                processors: Int(reply.processors),
                delayBackend: reply.delayBackend,
                backendReason: reply.delayBackendReason
            )
        }
    }

    private func openRuns(_ connections: [AgentConnection]) async throws {
        var keys = SystemRandomNumberGenerator()
        let neighbours = NeighbourPairs(
            hosts: hosts,
            faults: schedule.faults,
            loads: plan.loads,
            keys: &keys
        )
        _ = try await each(connections) { connection in
            var request = Faultline_Agent_V1_OpenRunRequest()
            request.run = run
            request.seed = schedule.seed
            request.leaseNs = settings.lease.nanoseconds
            request.interface = connection.host.interface
            request.reflector.address = reference.address
            request.reflector.port = UInt32(reference.port)
            if let session = reference.sessions[connection.host.name] {
                request.reflector.session = session.number
                request.reflector.keyFirst = session.keyFirst
                request.reflector.keySecond = session.keySecond
            }
            if plan.targets.needFloor {
                request.floors = plan.loads.compactMap { $0.part(of: connection.host.name) }
                    .map { .init($0) }
            }
            if let message = neighbours.message(for: connection.host.name) { request.neighbours = message }
            _ = try await connection.openRun(request)
        }
    }

    private var share: HostShare {
        HostShare(
            addresses: Dictionary(hosts.map { ($0.name, $0.addresses) }) { first, _ in first },
            faults: schedule.faults
        )
    }

    private var policyCheck: PolicyCheck {
        PolicyCheck(plan: plan, schedule: schedule, share: share, lease: settings.lease)
    }

    private func begin(_ connections: [AgentConnection], zero: Int64) async throws {
        let share = share
        let hosts = try await each(connections) { connection in
            let host = connection.host.name
            var request = Faultline_Agent_V1_BeginRequest()
            request.run = run
            request.zeroReferenceNs = zero
            request.endNs = schedule.end.nanoseconds
            request.faults = schedule.faults.compactMap { share.message(of: $0, on: host) }
            if plan.captures.contains(host) {
                request.capturePath = folder.capture(host).path
                request.capturePorts = plan.ownPorts.map(UInt32.init)
            }
            request.clockBoundNs = plan.clockBound.limit.nanoseconds
            request.refusesBeyond = plan.clockBound.beyond == .refuse
            request.histories = plan.histories.filter { $0.host == host }.map { .init($0) }
            request.loads = plan.loads.compactMap { $0.part(of: host) }.map { .init($0) }
            return (host, try await connection.begin(request).armed)
        }
        let armed = ArmedRun(hosts: hosts, limit: plan.clockBound)
        if let refusal = armed.refusal { throw refusal }
        if let words = armed.words { observer.stage(words) }
        for late in armed.lateness { observer.warning(late) }
    }

    private func watch(_ connection: AgentConnection, into recorder: Recorder) async {
        do {
            try await connection.watch(run: run) { happening in
                await recorder.add(happening, from: connection.host.name)
            }
        } catch is CancellationError {
            return
        } catch {
            guard !Task.isCancelled else { return }
            stopSwitch.stop(.agentLost("the agent on \(connection.host.name) is gone: \(error)"))
        }
    }

    /// Three renewals fit into a lease, so one that is lost does not end it.
    private func renewLeases(_ connections: [AgentConnection]) async {
        var misses = [Int](repeating: 0, count: connections.count)
        while !Task.isCancelled {
            let answered = await withTaskGroup(of: (Int, Bool).self) { group in
                for (index, connection) in connections.enumerated() {
                    group.addTask { (index, (try? await connection.renew(run: run)) != nil) }
                }
                return await group.reduce(into: [Int: Bool]()) { $0[$1.0] = $1.1 }
            }
            for (index, connection) in connections.enumerated() where !Task.isCancelled {
                misses[index] = answered[index] == true ? 0 : misses[index] + 1
                if misses[index] >= 3 {
                    stopSwitch.stop(.agentLost("the agent on \(connection.host.name) does not answer"))
                }
            }
            try? await Task.sleep(for: .milliseconds(400))
        }
    }

    private func closeRuns(_ connections: [AgentConnection], recorder: Recorder) async {
        let reason = stopSwitch.reason?.text ?? "finished"
        await withTaskGroup(of: Void.self) { group in
            for connection in connections {
                group.addTask {
                    do {
                        let reply = try await connection.closeRun(run: run, reason: reason)
                        for difference in reply.differences {
                            await recorder.add(
                                note(.healFailed, difference, at: schedule.end, host: connection.host.name)
                            )
                        }
                    } catch {
                        await recorder.add(
                            note(.agentLost, "\(error)", at: schedule.end, host: connection.host.name)
                        )
                    }
                }
            }
        }
    }

    private func note(
        _ kind: RunEvent.NoteKind,
        _ text: String,
        at instant: Instant,
        host: String = "coordinator"
    ) -> RunEvent {
        RunEvent(at: BoundedInstant(instant, bound: .zero), host: host, body: .note(kind: kind, text: text))
    }

    private func each<Value: Sendable>(
        _ connections: [AgentConnection],
        _ body: @Sendable @escaping (AgentConnection) async throws -> Value
    ) async throws -> [Value] {
        try await withThrowingTaskGroup(of: (Int, Value).self) { group in
            for (index, connection) in connections.enumerated() {
                group.addTask { (index, try await body(connection)) }
            }
            var values: [(Int, Value)] = []
            for try await value in group { values.append(value) }
            return values.sorted { $0.0 < $1.0 }.map(\.1)
        }
    }
}

extension Plan {
    /// Where the loads go and the services listen, as far as the file says.
    fileprivate var ownPorts: [UInt16] {
        let services = lab.hosts.flatMap(\.services).compactMap { service -> UInt16? in
            switch service.ready {
            case .http(let address): address.port
            case .tcp(_, let port): port
            case nil: nil
            }
        }
        let stores = histories.flatMap(\.store.ports)
        return Set(loads.map(\.request.port) + stores + services).sorted()
    }
}
