import Agent
import ArgumentParser
import Coordinator
import Faults
import Lab
import Measures
import Packetfilter
import Plan
import Schedule

struct PlanCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan",
        abstract: "Show what a run would do, when, to whom, and whether its sample can support its targets.",
        discussion: "Touches nothing. With the same --seed a run does exactly this."
    )

    @Argument(help: "The experiment file.", completion: .file(extensions: ["yaml", "yml"])) var file: String
    @Option(help: "The seed that chance is drawn from.") var seed: UInt64 = 1
    @Flag(help: "JSON.") var json = false

    func run() throws {
        let experiment = try ExperimentFile(file)
        let schedule = Schedule(plan: experiment.plan, seed: seed)
        let probed: (backend: DelayBackend, reason: String) =
            (try? DelayBackend.probe(FilterSocket())) ?? (.none, "no nf_tables here, or not root")
        let outline = PlanOutline(
            plan: experiment.plan,
            schedule: schedule,
            layout: LabLayout(id: experiment.plan.name, hosts: experiment.plan.lab.hosts.map(\.name)),
            backend: probed.backend.name,
            backendReason: probed.reason
        )
        if json { return try Console.json(outline) }
        Console.print(outline.text)
    }
}
