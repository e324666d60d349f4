import AgentProtocol
import ClockSync
import Foundation
package import Keys
import LinuxSystem
import Measures
package import Plan
import Recording
package import Schedule
import SwiftProtobuf
import Timeline

/// What a run needs besides the plan.
package struct RunSettings: Sendable {
    /// How long an agent may act without hearing from the coordinator. In a lab nothing lies between them; on hosts it is
    /// what a network, or a coordinator that is started again, may take.
    package var lease: Duration = .milliseconds(1500)
    package var coordinator = CoordinatorName.own
    /// For agents that are reached over TCP.
    package var credentials: Credentials?
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
    /// Of a run that may go on with another coordinator.
    let resume: ResumeNote?
    private var run: String { folder.url.lastPathComponent }

    package init(
        plan: Plan,
        schedule: Schedule,
        settings: RunSettings,
        hosts: [HostEndpoint],
        reference: ReferenceClock,
        folder: RunFolder,
        observer: any RunObserver,
        stopSwitch: StopSwitch,
        resume: ResumeNote? = nil
    ) {
        self.plan = plan
        self.resume = resume
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
        try await connected { try await conduct(on: $0) }
    }

    /// Goes on with a run that another coordinator began. Errors: it cannot be gone on with; the agents heal by themselves.
    func goOn(from zero: Int64, startedAt: Double, _ marks: ReceivedMarks) async throws {
        try await connected { connections in
            let recorder = try Recorder(
                folder: folder,
                plan: plan,
                schedule: schedule,
                observer: observer,
                restoring: marks
            )
            try await recorder.restore(marks)
            await recorder.begin(startedAt: startedAt)
            let run = RunLines(connections, of: self, recorder)
            let begun = await run.rejoin()
            if let missing = begun { stopSwitch.stop(.agentLost(missing)) }
            try await run.throughout(zero: zero) {
                let text =
                    begun == nil ? "gone on with by another coordinator" : "another coordinator came too late"
                let now = Instant(nanoseconds: Clocks.monotonic() - zero)
                await recorder.add(.note(.resumed, text, at: now))
                await follower.follow(zero: zero, recorder: recorder)
            }
        }
    }

    private func connected(_ body: ([AgentConnection]) async throws -> Void) async throws {
        let connections = try hosts.map { try AgentConnection($0, credentials: settings.credentials) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for connection in connections { group.addTask { try? await connection.run() } }
            defer { for connection in connections { connection.close() } }
            try await body(connections)
        }
    }

    private var follower: RunFollower {
        RunFollower(plan: plan, schedule: schedule, observer: observer, stopSwitch: stopSwitch)
    }

    private func conduct(on connections: [AgentConnection]) async throws {
        let facts = try await AgentsCheck(version: settings.version).run(on: connections)
        try await policyCheck.run(on: connections)
        try await ServiceStart(plan: plan, files: settings.files, observer: observer).run(on: connections)
        // Again: whose processes they are is known only now.
        try await policyCheck.run(on: connections)
        let recorder = try Recorder(folder: folder, plan: plan, schedule: schedule, observer: observer)
        observer.stage(
            plan.targets.needFloor
                ? "synchronising clocks, measuring what the loads' own hosts add" : "synchronising clocks"
        )
        try resume?.write(to: folder)
        let lines = RunLines(connections, of: self, recorder)
        do {
            try await openRuns(lines)
        } catch {
            lines.letGo()
            // Those that opened it need not wait for the lease to end.
            await Task { await giveUp(connections) }.value
            throw error
        }
        // Far enough ahead that every agent has armed before anything is due; long traces take time to pack and to read.
        let megabytes = plan.loads.reduce(0) { $0 + $1.fileText.utf8.count } >> 20
        let fleet = min(hosts.count / 100, 10) + hosts.count / 250
        let zero = Clocks.monotonic() + Duration.seconds(1 + megabytes + fleet).nanoseconds
        try await lines.throughout(zero: zero) {
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
            await recorder.add(.note(.started, "time zero", at: .zero))
            await follower.follow(zero: zero, recorder: recorder)
        }
    }

    private func giveUp(_ connections: [AgentConnection]) async {
        ResumeNote.remove(from: folder)
        await connections.sideBySide(atOnce: mostWaitedFor) { connection in
            try? await connection.closeRun(run: run, reason: "not begun", within: .seconds(5))
        }
    }

    private func openRuns(_ lines: RunLines) async throws {
        var keys = SystemRandomNumberGenerator()
        let neighbours = NeighbourPairs(
            hosts: hosts,
            faults: schedule.faults,
            loads: plan.loads,
            keys: &keys
        )
        try await lines.open { connection in
            var request = Faultline_Agent_V1_OpenRunRequest()
            request.run = run
            request.coordinator = settings.coordinator
            request.experiment = plan.name
            request.seed = schedule.seed
            request.leaseNs = settings.lease.nanoseconds
            request.interface = connection.host.interface
            request.reflector = reference.reflector(for: connection.host.name)
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
            faults: schedule.faults,
            found: plan.foundServices
        )
    }

    private var policyCheck: PolicyCheck {
        PolicyCheck(plan: plan, schedule: schedule, share: share, lease: settings.lease)
    }

    private func begin(_ connections: [AgentConnection], zero: Int64) async throws {
        let share = share
        let began = Clocks.monotonic()
        let hosts = try await connections.sideBySide { connection in
            let host = connection.host.name
            var request = Faultline_Agent_V1_BeginRequest()
            request.run = run
            request.zeroReferenceNs = zero
            request.endNs = schedule.end.nanoseconds
            let loads = plan.loads.compactMap { $0.part(of: host) }
            request.names = share.names(called: loads)
            request.faults = schedule.faults.compactMap { share.message(of: $0, on: host) }
            if plan.captures.contains(host) {
                request.capturePath = folder.capture(host).path
                request.capturePorts = plan.ownPorts.map(UInt32.init)
            }
            request.clockBoundNs = plan.clockBound.limit.nanoseconds
            request.refusesBeyond = plan.clockBound.beyond == .refuse
            request.histories = plan.histories.compactMap { $0.part(of: host) }.map { .init($0) }
            request.loads = loads.map { .init($0) }
            let asked = Clocks.monotonic()
            let armed = try await connection.begin(request).armed
            return (host, armed, Duration(nanoseconds: Clocks.monotonic() - asked))
        }
        let armed = ArmedRun(
            hosts: hosts,
            limit: plan.clockBound,
            took: Duration(nanoseconds: Clocks.monotonic() - began)
        )
        if let refusal = armed.refusal { throw refusal }
        if let words = armed.words { observer.stage(words) }
        for late in armed.lateness { observer.warning(late) }
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
