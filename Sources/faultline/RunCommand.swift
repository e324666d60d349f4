import Agent
import ArgumentParser
import Coordinator
import Foundation
import Measures
import Plan
import Schedule
import Verdict

struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Run an experiment: lab up, load, faults, measure, heal, judge, report.",
        discussion: """
            Needs root, for network namespaces; a file without `lab:` sends load from this host alone, and needs none. Ctrl-C \
            heals, and still writes the report.

              sudo faultline run Experiments/web-failover.yaml

            The run's folder has report.html, report.md, verdict.json, junit.xml and everything they were made from; \
            `faultline judge FOLDER` makes them again. The same file and --seed give the same schedule.

            With --policy FILE the agent of every host keeps that policy. Each is asked before anything is started; one \
            refusal ends the run with 2, naming host, fault, rule and line, and no fault is armed anywhere.

            With --listen 8080 a browser at http://127.0.0.1:8080/ sees the run while it goes, and its report when it is judged. \
            /metrics there, or on a port of its own by --metrics, is for Prometheus.

            With `hosts:` in the file, or --inventory, the hosts are there already, each with an agent; nothing is \
            started on them. A coordinator that was killed is followed by another, before the lease is over: faultline run \
            --resume FOLDER
            """
    )

    @Argument(help: "The experiment file.", completion: .file(extensions: ["yaml", "yml"])) var file: String?
    @Option(
        help: "The hosts, of an experiment that names none.",
        completion: .file(extensions: ["yaml", "yml"])
    )
    var inventory: String?
    @Option(
        help:
            "On hosts: how long agents go on without a word from here, then heal (200ms to 60s). Default: 10s."
    )
    var lease: String?
    @Option(
        help:
            "On hosts: where the reference clock answers, ADDRESS:PORT or :PORT. Default: found by the routes."
    )
    var clock: String?
    @Option(help: "The folder of your key, for agents that are reached over TCP.", completion: .directory)
    var keys: String?
    @Option(
        help: "Go on with the run of this folder, whose coordinator was killed.",
        completion: Completions.run
    )
    var resume: String?
    @Option(help: "The folder that gets the run's folder.", completion: .directory) var results = "Results"
    @Option(
        help:
            "Decides what chance decides: selected hosts, Poisson arrivals, jitter. Default: random, recorded."
    )
    var seed: UInt64?
    @Option(
        help: "A policy that every host's agent keeps: what it forbids ends the run with 2, nothing touched.",
        completion: .file(extensions: ["yaml", "yml"])
    )
    var policy: String?
    @OptionGroup(title: "Others who look") var outlets: OutletOptions
    @Flag(help: "The verdict as JSON on standard output; nothing else is printed.") var json = false

    func validate() throws {
        guard (file == nil) != (resume == nil) else {
            throw ValidationError("give an experiment file, or the folder of a run by --resume")
        }
    }

    func run() async throws {
        guard let file else { return try await goOn() }
        let experiment = try ExperimentFile(file, inventory: inventory)
        try experiment.checkFiles()
        let lease = try HostsRunning.lease(lease)
        let clock = try HostsRunning.clock(clock)
        let isInventory = experiment.plan.lab.isInventory
        let policy = try policy.map { try PolicyFile($0) }
        let isAlone = experiment.plan.lab.hosts.isEmpty
        guard policy == nil || !isAlone && !isInventory else {
            throw FileError(
                code: "run.no-agents",
                message:
                    "--policy is for the agents of a lab, and \(file) has none; hosts keep their own; leave it out"
            )
        }
        var generator = SystemRandomNumberGenerator()
        let schedule = Schedule(plan: experiment.plan, seed: seed ?? UInt64(generator.next() >> 33))
        let folder = try RunFolder.create(
            in: URL(fileURLWithPath: results),
            experiment: experiment.plan.name,
            at: Date(),
            suffix: UInt16.random(in: 0...UInt16.max, using: &generator)
        )
        try folder.keep(experiment.outside)
        let observer = TerminalObserver(quiet: json)
        observer.plan(PlanBrief(plan: experiment.plan, schedule: schedule))
        let outlets = try await outlets.open(for: experiment.plan, schedule, folder, beside: observer)
        guard !isAlone else {
            _ = try await AloneRunning(observer: observer, shown: outlets.observer).run(
                plan: experiment.plan,
                text: experiment.text,
                file: file,
                seed: schedule.seed,
                in: folder
            )
            return try await outlets.end(folder) { try Judging.finish(folder, json: json, isNew: true) }
        }
        defer { observer.finish() }
        let stopSwitch = StopSwitch()
        let interrupts = Interrupts.stop(stopSwitch, telling: observer, "stopping: healing, then the report")
        defer { interrupts.cancel() }
        if isInventory {
            try await HostsRunning(observer: outlets.observer, keys: keys).run(
                experiment,
                schedule,
                lease: lease,
                clock: clock,
                in: folder,
                stopSwitch: stopSwitch
            )
        } else {
            let run = LabRun(
                plan: experiment.plan,
                schedule: schedule,
                settings: RunSettings(
                    files: experiment.filesFolder,
                    version: AgentVersion.current,
                    experimentFile: file
                ),
                experimentPath: file,
                experimentText: experiment.text,
                executable: try OwnExecutable.path(),
                policy: policy?.path
            )
            do {
                try await run.run(in: folder, observer: outlets.observer, stopSwitch: stopSwitch)
            } catch let refusals as PolicyRefusals {
                folder.discard()
                throw refusals
            }
        }
        observer.finish()
        try await outlets.end(folder) { try Judging.finish(folder, json: json, isNew: true) }
    }

    /// `--resume`.
    private func goOn() async throws {
        let observer = TerminalObserver(quiet: json)
        defer { observer.finish() }
        let stopSwitch = StopSwitch()
        let interrupts = Interrupts.stop(stopSwitch, telling: observer, "stopping: healing, then the report")
        defer { interrupts.cancel() }
        let folder = try await HostsRunning(observer: observer, keys: keys).goOn(
            resume ?? "",
            stopSwitch: stopSwitch
        )
        observer.finish()
        try Judging.finish(folder, json: json, isNew: true)
    }
}
