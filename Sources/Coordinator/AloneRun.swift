import Foundation
import LinuxSystem
import Load
import Measures
package import Plan
import Recording
package import Schedule

/// Load from this host and nothing else: no lab, no agent, no fault. What `faultline load` does, and `run` with a file
/// without a lab.
package struct AloneRun: Sendable {
    let plan: Plan
    let schedule: Schedule
    let settings: RunSettings
    let experimentText: String

    package init(plan: Plan, schedule: Schedule, settings: RunSettings, experimentText: String) {
        self.plan = plan
        self.schedule = schedule
        self.settings = settings
        self.experimentText = experimentText
    }

    /// Every request that became due is accounted for in the folder when this returns. Errors: a name that cannot be
    /// resolved, a folder that cannot be written; nothing was sent then.
    package func run(
        in folder: RunFolder,
        observer: any RunObserver,
        stopSwitch: StopSwitch
    ) async throws {
        try folder.write(experimentText, to: folder.experiment)
        let addresses = try plan.loads.map { load in
            try HostAddress.resolve(load.request.host, port: load.request.port)
        }
        let floors = try await measureFloors(observer)
        let recorder = try Recorder(folder: folder, plan: plan, schedule: schedule, observer: observer)
        StartupMemory.giveBack()
        let zero = Clocks.monotonic() + Duration.milliseconds(100).nanoseconds
        let wall = Double(ClockMap.read().realtime(monotonic: zero)) / 1e9
        try writeHeader(to: folder, startedAt: Date(timeIntervalSince1970: wall))
        await recorder.begin(startedAt: wall)
        for floor in floors { await recorder.add(Self.event(.floor(floor), at: .zero)) }
        observer.warnOfLoads(in: plan)
        let loads = try zip(plan.loads, addresses).map { load, address in
            try LoadRun(
                plan: load,
                address: address,
                arrivals: ArrivalSource(load, end: schedule.end, seed: schedule.seed),
                axisZero: zero,
                seed: schedule.seed
            ) { batch in
                await recorder.add(batch)
                await recorder.add(Self.event(.generator(batch.reading), at: batch.start + batch.length))
            }
        }
        let histories = try plan.histories.map { history in
            try HistoryRun(
                plan: history,
                run: folder.url.lastPathComponent,
                seed: schedule.seed,
                axisZero: zero,
                end: schedule.end
            ) { await recorder.add($0) }
        }
        for load in loads { try load.start() }
        for history in histories { try history.start() }
        // Once more when the loads run: what their own start needed is no part of a run of hours.
        let tidying = Task {
            try await Task.sleep(for: .seconds(1))
            StartupMemory.giveBack()
        }
        defer { tidying.cancel() }
        await recorder.add(Self.event(.note(kind: .started, text: "time zero"), at: .zero))
        // Outcomes come in until the last time-out; a stop drops what was not sent.
        let end = Task {
            for (load, plan) in zip(loads, plan.loads) {
                let summary = await load.finished
                let now = Instant(nanoseconds: Clocks.monotonic() - zero)
                if let trouble = summary?.trouble {
                    let text = "\(plan.name): \(trouble)"
                    await recorder.add(Self.event(.note(kind: .generatorTrouble, text: text), at: now))
                }
                if let complaint = summary?.complaint {
                    let text = "\(plan.name): \(complaint)"
                    await recorder.add(Self.event(.note(kind: .targetUnusable, text: text), at: now))
                }
                try await recorder.finish(load: plan.name, on: LoadPlan.thisHost)
            }
        }
        let follower = RunFollower(
            plan: plan,
            schedule: schedule,
            observer: observer,
            stopSwitch: stopSwitch
        )
        await follower.follow(zero: zero, recorder: recorder)
        if let reason = stopSwitch.reason {
            let now = Instant(nanoseconds: Clocks.monotonic() - zero)
            for load in loads { load.stop() }
            for history in histories { history.stop() }
            await recorder.add(Self.event(.note(kind: reason.noteKind, text: reason.text), at: now))
        }
        try await end.value
        for (history, plan) in zip(histories, plan.histories) {
            await history.finished
            let now = Instant(nanoseconds: Clocks.monotonic() - zero)
            await recorder.add(Self.event(.note(kind: .finished, text: plan.finishedText), at: now))
        }
        try await recorder.close()
    }

    private func measureFloors(_ observer: any RunObserver) async throws -> [InstrumentFloor] {
        guard plan.targets.needFloor else { return [] }
        observer.stage("measuring what this host itself adds")
        return try await FloorMeasurement.all(of: plan.loads)
    }

    private func writeHeader(to folder: RunFolder, startedAt: Date) throws {
        let host = HostFacts(
            name: LoadPlan.thisHost,
            kernel: HostKernel.release,
            processors: ProcessInfo.processInfo.activeProcessorCount,
            delayBackend: "",
            backendReason: ""
        )
        try folder.write(
            RunHeader(plan: plan, schedule: schedule, settings: settings, startedAt: startedAt, hosts: [host])
        )
    }

    private static func event(_ body: RunEvent.Body, at instant: Instant) -> RunEvent {
        RunEvent(at: BoundedInstant(instant, bound: .zero), host: LoadPlan.thisHost, body: body)
    }
}
