import AgentProtocol
import ArgumentParser
import Coordinator
import Measures

struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract:
            "What is in force on these hosts, for whom, and for how much longer without a word from them.",
        discussion: """
            Touches nothing. Ends with 0 when every host answered, with 6 when not.

              faultline status --inventory hosts.yaml
            """
    )

    @OptionGroup var options: HostsOptions
    @Flag(help: "JSON.") var json = false

    func run() async throws {
        let fleet = try options.fleet()
        let rows = await Patience.during(fleet.asking) { await fleet.status() }.map { Row($0) }
        if json {
            try Console.json(rows)
        } else {
            for row in rows { Console.print(row.text) }
        }
        guard rows.allSatisfy({ $0.problem == nil }) else {
            throw ArgumentParser.ExitCode(Measures.ExitCode.agentFailed.rawValue)
        }
    }

    private struct Row: Encodable {
        let host: String
        let serves: String?
        let leaseLeftNanoseconds: Int64?
        let clockBoundNanoseconds: Int64?
        let inForce: [Fault]
        let problem: String?

        struct Fault: Encodable {
            let fault: String
            let isActing: Bool
            let operation: String
        }

        init(_ answer: Fleet.Answer<Faultline_Agent_V1_StatusReply>) {
            host = answer.host
            switch answer.result {
            case .success(let reply):
                serves = reply.serving.words
                let isServing = serves != nil
                leaseLeftNanoseconds = isServing ? reply.leaseLeftNs : nil
                clockBoundNanoseconds = isServing ? reply.clock.boundNs : nil
                inForce = reply.inForce.map {
                    Fault(fault: $0.fault, isActing: $0.acting, operation: $0.operation)
                }
                problem = nil
            case .failure(let error):
                (serves, leaseLeftNanoseconds, clockBoundNanoseconds, inForce) = (nil, nil, nil, [])
                problem = "\(error)"
            }
        }

        var text: String {
            if let problem { return "\(host): \(problem)" }
            guard let serves else { return "\(host): nothing is going on" }
            let lease = Duration(nanoseconds: leaseLeftNanoseconds ?? 0)
            let bound = Duration(nanoseconds: clockBoundNanoseconds ?? 0)
            let head =
                "\(host): \(serves); heals by itself in \(lease.seconds.fixed(1)) s unless it hears more; "
                + "clock ± \(bound.rounded)"
            let faults = inForce.map { fault in
                let first = fault.operation.split(separator: "\n").first.map(String.init) ?? ""
                return "  \(fault.fault) \(fault.isActing ? "acts" : "is armed"): \(first)"
            }
            return ([head] + faults).joined(separator: "\n")
        }
    }
}
