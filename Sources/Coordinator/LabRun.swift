package import Plan
package import Schedule

/// A whole run in a lab: up, conduct, down, judge. What `faultline run` does.
package struct LabRun: Sendable {
    let plan: Plan
    let schedule: Schedule
    let settings: RunSettings
    let experimentPath: String
    let experimentText: String
    let executable: String
    /// The absolute path of every agent's policy file.
    let policy: String?

    package init(
        plan: Plan,
        schedule: Schedule,
        settings: RunSettings,
        experimentPath: String,
        experimentText: String,
        executable: String,
        policy: String? = nil
    ) {
        self.plan = plan
        self.schedule = schedule
        self.settings = settings
        self.experimentPath = experimentPath
        self.experimentText = experimentText
        self.executable = executable
        self.policy = policy
    }

    /// The folder exists, and the lab is down again, when this returns or throws.
    package func run(
        in folder: RunFolder,
        observer: any RunObserver,
        stopSwitch: StopSwitch
    ) async throws {
        try folder.write(experimentText, to: folder.experiment)
        let lab = try LabSession.up(
            plan,
            experiment: experimentPath,
            policy: policy,
            staysUp: false,
            executable: executable,
            observer: observer
        )
        var failure: (any Error)?
        do {
            let reflector = try lab.startReflector()
            let conductor = Conductor(
                plan: plan,
                schedule: schedule,
                settings: settings,
                hosts: lab.hosts,
                reference: reflector.clock,
                folder: folder,
                observer: observer,
                stopSwitch: stopSwitch
            )
            try await conductor.conduct()
            reflector.stop()
        } catch {
            failure = error
        }
        observer.stage("taking the lab down")
        _ = try lab.down()
        if let failure { throw failure }
    }
}
