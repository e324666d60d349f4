import Foundation
package import Keys
import LinuxSystem
import Measures
package import Plan
import Recording
package import Schedule

/// A whole run on hosts that are there already, with agents of their own: reference clock, conduct, judge. What
/// `faultline run` does with `hosts:`.
package struct HostsRun: Sendable {
    /// Where the reference clock is to answer; nil: on the addresses from which packets to the hosts leave.
    package struct Clock: Sendable {
        package let address: String?
        /// 0: any free one.
        package let port: UInt16

        package init(address: String?, port: UInt16) {
            (self.address, self.port) = (address, port)
        }
    }

    let plan: Plan
    let schedule: Schedule
    let settings: RunSettings
    let clock: Clock

    package init(plan: Plan, schedule: Schedule, settings: RunSettings, clock: Clock) {
        self.plan = plan
        self.schedule = schedule
        self.settings = settings
        self.clock = clock
    }

    /// The folder holds the experiment, and the inventory if there is one.
    package func run(in folder: RunFolder, observer: any RunObserver, stopSwitch: StopSwitch) async throws {
        var keys = SystemRandomNumberGenerator()
        let (wanted, listening) = try ReferenceClock.onThisHost(
            for: plan.lab.sites,
            address: clock.address,
            port: clock.port,
            keys: &keys
        )
        let running = try ReferenceClock.Running(wanted, listening: listening)
        defer { running.stop() }
        let note = try ResumeNote(lease: settings.lease, clock: running.clock, listening: listening)
        try await conductor(running.clock, folder, observer, stopSwitch, note).conduct()
    }

    /// Goes on with a run whose coordinator has ended, while the agents still hold it; on the same axis, with the same
    /// reference clock. Errors: there is nothing to go on with.
    package static func goOn(
        in folder: RunFolder,
        version: String,
        credentials: Credentials?,
        observer: any RunObserver,
        stopSwitch: StopSwitch
    ) async throws {
        let note = try ResumeNote.read(from: folder)
        guard FileManager.default.fileExists(atPath: folder.header.path) else {
            ResumeNote.remove(from: folder)
            throw RunFolderError(
                code: "run.not-begun",
                message:
                    "\(folder.path): the run had not begun when its coordinator ended, and no fault was armed; run it anew"
            )
        }
        let begun = try Judge(folder)
        guard note.isOfThisBoot, let zero = begun.header.zeroReference,
            let startedAt = try? Date(begun.header.startedAt, strategy: .iso8601)
        else {
            ResumeNote.remove(from: folder)
            throw RunFolderError(
                code: "run.other-clock",
                message:
                    "\(folder.path): this machine, whose clock the run counts by, was started anew; "
                    + "the agents have healed. Judge what there is: faultline judge \(folder.path)"
            )
        }
        var settings = RunSettings(files: "/", version: version, experimentFile: begun.header.experimentFile)
        settings.lease = note.lease
        settings.credentials = credentials
        let running = try ReferenceClock.Running(note.clock, listening: note.listening)
        defer { running.stop() }
        let run = HostsRun(
            plan: begun.plan,
            schedule: begun.schedule,
            settings: settings,
            clock: Clock(address: nil, port: 0)
        )
        let marks = ReceivedMarks((try? folder.read(folder.received)) ?? Data())
        try await run.conductor(running.clock, folder, observer, stopSwitch, note)
            .goOn(from: zero, startedAt: startedAt.timeIntervalSince1970, marks)
    }

    private func conductor(
        _ reference: ReferenceClock,
        _ folder: RunFolder,
        _ observer: any RunObserver,
        _ stopSwitch: StopSwitch,
        _ note: ResumeNote
    ) -> Conductor {
        Conductor(
            plan: plan,
            schedule: schedule,
            settings: settings,
            hosts: plan.lab.sites.map { HostEndpoint($0.name, $0.site) },
            reference: reference,
            folder: folder,
            observer: observer,
            stopSwitch: stopSwitch,
            resume: note
        )
    }
}
