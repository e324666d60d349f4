import Agent
import AgentProtocol
import ArgumentParser
import Coordinator
import Faults
import Lab
import Measures
import Packetfilter
import Plan
import Policy
import Schedule

struct PlanCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan",
        abstract: "Show what a run would do, when, to whom, and whether its sample can support its targets.",
        discussion: "Touches nothing. With the same --seed a run does exactly this."
    )

    @Argument(help: "The experiment file.", completion: .file(extensions: ["yaml", "yml"])) var file: String
    @Option(help: "The seed that chance is drawn from.") var seed: UInt64 = 1
    @Option(
        help: "The policy that every host's agent keeps: what it spares and forbids shows in the plan.",
        completion: .file(extensions: ["yaml", "yml"])
    )
    var policy: String?
    @Option(
        help: "The hosts, of an experiment that names none.",
        completion: .file(extensions: ["yaml", "yml"])
    )
    var inventory: String?
    @Flag(help: "JSON.") var json = false

    func run() throws {
        let experiment = try ExperimentFile(file, inventory: inventory)
        let policy = try policy.map { try PolicyFile($0).policy } ?? .standard
        let schedule = Schedule(plan: experiment.plan, seed: seed)
        let probed: (backend: DelayBackend, reason: String) =
            (try? DelayBackend.probe(FilterSocket())) ?? (.none, "no nf_tables here, or not root")
        let hosts = addresses(of: experiment.plan)
        let work = "rehearsing what \(hosts.count) host\(hosts.count == 1 ? "" : "s") would do"
        let outline = Patience.during(work) {
            PlanOutline(
                plan: experiment.plan,
                schedule: schedule,
                addresses: hosts,
                backend: probed.backend.name,
                backendReason: probed.reason,
                rehearse: { host, faults in rehearse(faults, on: host, of: experiment.plan, policy) }
            )
        }
        if json { try Console.json(outline) } else { Console.print(outline.text) }
        if outline.isRefused { throw ExitCode(Measures.ExitCode.badInput.rawValue) }
    }

    private func addresses(of plan: Plan) -> [(name: String, addresses: [String])] {
        guard plan.lab.isInventory else {
            return LabLayout(id: plan.name, onThisKernel: plan).hosts.map { ($0.name, $0.addresses) }
        }
        return plan.lab.hosts.map { ($0.name, $0.site?.addresses ?? []) }
    }

    private func interface(of host: String, _ plan: Plan) -> String {
        plan.host(named: host)?.site?.interface ?? LabLayout.interface
    }

    /// What one host's agent would do; for hosts of an inventory, if its kernel were this one.
    private func rehearse(
        _ faults: [Faultline_Agent_V1_Fault],
        on host: String,
        of plan: Plan,
        _ policy: Policy
    ) -> [PlanOutline.Answer] {
        let interfaces = [interface(of: host, plan), LabLayout.managementInterface, "lo"]
        // To hosts of an inventory it answers where packets to them leave, which only their network knows.
        let reflector =
            plan.lab.isInventory ? nil : (LabLayout.referenceAddress, LabLayout.referencePort)
        do {
            var rehearsal = try Rehearsal(
                interfaces: interfaces,
                reflector: reflector,
                neighbours: LabLayout.clockPort,
                seed: seed,
                policy: policy
            )
            return faults.map { fault in
                do {
                    return .operation(try rehearsal.operation(of: fault).text)
                } catch let error as any ReadableError {
                    return .refused(error.message)
                } catch {
                    return .refused("\(error)")
                }
            }
        } catch {
            let why = "asking the kernel needs root (\(error)); sudo faultline plan \(file)"
            return faults.map { _ in .unknown(why) }
        }
    }
}
