import Agent
import Coordinator
import Foundation
import Keys
import LinuxSystem
import Measures
import Plan
import Schedule

/// `faultline run` on hosts that are there already.
struct HostsRunning {
    let observer: any RunObserver
    /// For agents that are reached over TCP.
    let credentials: Credentials?

    /// `keys`: the folder of a coordinator's key.
    init(observer: any RunObserver, keys: String?) throws {
        self.observer = observer
        credentials = try keys.map { try Credentials(folder: $0) }
    }

    /// Long enough for a short outage of the network, or for a coordinator that a supervisor starts again; short enough that
    /// what has to end ends.
    static let usualLease = Duration.seconds(10)

    /// The lease's range is the agents'.
    static func lease(_ text: String?) throws -> Duration {
        guard let text else { return usualLease }
        guard let lease = DurationText.duration(text), (.milliseconds(200) ... .seconds(60)).contains(lease)
        else {
            throw FileError(
                code: "run.lease",
                message: "--lease is \"\(text)\"; expected 200ms to 60s, such as 10s"
            )
        }
        return lease
    }

    /// "10.0.0.1", "10.0.0.1:7707", ":7707".
    static func clock(_ text: String?) throws -> HostsRun.Clock {
        guard let text else { return HostsRun.Clock(address: nil, port: 0) }
        let isPort = text.hasPrefix(":")
        let place = AgentPlace(isPort ? "0.0.0.0\(text)" : text)
        guard case .tcp(let host, let port) = place, (try? NetworkText(host)) != nil else {
            throw FileError(
                code: "run.clock",
                message: "--clock is \"\(text)\"; expected an address of this machine, ADDRESS:PORT or :PORT"
            )
        }
        let hasPort = isPort || text.hasSuffix(":\(port)")
        return HostsRun.Clock(address: isPort ? nil : host, port: hasPort ? port : 0)
    }

    func run(
        _ experiment: ExperimentFile,
        _ schedule: Schedule,
        lease: Duration,
        clock: HostsRun.Clock,
        in folder: RunFolder,
        stopSwitch: StopSwitch
    ) async throws {
        try folder.write(experiment.text, to: folder.experiment)
        if let inventory = experiment.inventory { try folder.write(inventory, to: folder.inventory) }
        var settings = RunSettings(
            files: experiment.filesFolder,
            version: AgentVersion.current,
            experimentFile: experiment.path
        )
        settings.lease = lease
        settings.credentials = credentials
        let run = HostsRun(plan: experiment.plan, schedule: schedule, settings: settings, clock: clock)
        do {
            try await run.run(in: folder, observer: observer, stopSwitch: stopSwitch)
        } catch {
            // Without the header there is nothing to judge: the run did not begin.
            if !FileManager.default.fileExists(atPath: folder.header.path) { folder.discard() }
            throw error
        }
    }

    /// One coordinator at a time goes on with a run; who comes second is told so.
    func goOn(_ path: String, stopSwitch: StopSwitch) async throws -> RunFolder {
        let folder = RunFolder(URL(fileURLWithPath: path))
        let lock = try FolderLock("\(folder.path)/resume.lock")
        guard lock != nil else {
            throw FileError(code: "run.resumed", message: "\(path): another faultline goes on with this run")
        }
        defer { try? FileManager.default.removeItem(atPath: "\(folder.path)/resume.lock") }
        try await HostsRun.goOn(
            in: folder,
            version: AgentVersion.current,
            credentials: credentials,
            observer: observer,
            stopSwitch: stopSwitch
        )
        return folder
    }
}
