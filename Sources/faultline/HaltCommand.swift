import AgentProtocol
import ArgumentParser
import Coordinator
import Measures

struct HaltCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "halt",
        abstract: "End every run on these hosts now, whoever began it: heal, stop its load.",
        discussion: """
            It always wins: its run's coordinator ends with 4, and says who halted it. Without a run it changes nothing. Ends with \
            0 when every host answered and is healed, with 5 when something could not be healed, with 6 when a host did not \
            answer; its agent heals by itself when its lease is over.

              faultline halt --inventory hosts.yaml
              faultline halt --host 10.0.0.11:7443 --reason "the shop is down"
            """
    )

    @OptionGroup var options: HostsOptions
    @Option(help: "Why; the run's report says it.") var reason = ""
    @Flag(help: "JSON.") var json = false

    func run() async throws {
        let fleet = try options.fleet()
        let answers = await Patience.during(fleet.asking) {
            await fleet.halt(by: CoordinatorName.own, reason: reason)
        }
        let rows = answers.map { Row($0) }
        if json {
            try Console.json(rows)
        } else {
            for row in rows { Console.print(row.text) }
        }
        if rows.contains(where: { !$0.notHealed.isEmpty }) {
            throw ArgumentParser.ExitCode(Measures.ExitCode.notHealed.rawValue)
        }
        if rows.contains(where: { $0.problem != nil }) {
            throw ArgumentParser.ExitCode(Measures.ExitCode.agentFailed.rawValue)
        }
    }

    private struct Row: Encodable {
        let host: String
        /// What was ended; nil: nothing was open.
        let ended: String?
        let notHealed: [String]
        let problem: String?

        init(_ answer: Fleet.Answer<Faultline_Agent_V1_HaltReply>) {
            host = answer.host
            switch answer.result {
            case .success(let reply):
                (ended, notHealed, problem) = (reply.served.words, reply.differences, nil)
            case .failure(let error):
                (ended, notHealed) = (nil, [])
                problem = "\(error)"
            }
        }

        var text: String {
            if let problem { return "\(host): \(problem)" }
            let first = ended.map { "\(host): halted \($0)" } ?? "\(host): nothing was going on"
            return ([first] + notHealed.map { "\(host): not healed: \($0)" }).joined(separator: "\n")
        }
    }
}
