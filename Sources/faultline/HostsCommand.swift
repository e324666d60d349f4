import Agent
import AgentProtocol
import ArgumentParser
import Coordinator
import Foundation
import Measures
import Plan

struct HostsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hosts",
        abstract:
            "Which agents answer, what they can do, how well their clocks are known, whose run they serve.",
        discussion: """
            Touches nothing. Ends with 0 when every host could take part in a run of this faultline, with 6 when not: it does not \
            answer, its version does not fit, it calls itself otherwise, or it serves a run.

              faultline hosts hosts.yaml
              faultline hosts --host unix:/run/faultline/agent.sock

            The clock's bound is what a moment's probes prove, with this machine as the reference.
            """
    )

    @OptionGroup var options: HostsOptions
    @Flag(help: "JSON.") var json = false

    func run() async throws {
        let fleet = try options.fleet()
        let rows = await Patience.during(fleet.asking) { await fleet.look() }.map { HostRow($0) }
        if json { try Console.json(rows) } else { Console.print(HostRow.table(rows)) }
        guard rows.allSatisfy({ $0.problem == nil }) else {
            throw ArgumentParser.ExitCode(Measures.ExitCode.agentFailed.rawValue)
        }
    }
}

/// One host, as `hosts` shows it.
private struct HostRow: Encodable {
    let host: String
    let agent: String
    let answers: Bool
    let version: String?
    let kernel: String?
    let processors: Int?
    let delayBackend: String?
    let clockBoundNanoseconds: Int64?
    let roundTripNanoseconds: Int64?
    /// By fault, why this host cannot do it.
    let cannot: [String: String]
    let can: [String]
    let serves: String?
    /// Why a run could not use it now; nil: it could.
    let problem: String?

    init(_ answer: Fleet.Answer<Fleet.Sight>) {
        host = answer.host
        agent = answer.agent.text
        switch answer.result {
        case .success(let sight):
            let reply = sight.description
            answers = true
            version = reply.version
            kernel = reply.kernel
            processors = Int(reply.processors)
            delayBackend = reply.delayBackend
            clockBoundNanoseconds = sight.clockBound?.nanoseconds
            roundTripNanoseconds = sight.roundTrip?.nanoseconds
            let features = reply.features
            can = features.filter { $0.answer == "yes" }.map(\.name)
            cannot = Dictionary(features.filter { $0.answer != "yes" }.map { ($0.name, $0.reason) }) { $1 }
            serves = reply.serving.words
            // Of an agent that is named by its place nothing is expected.
            let expected = host == agent ? reply.host : host
            problem = AgentsCheck(version: AgentVersion.current).unfitness(of: reply, as: expected)
        case .failure(let error):
            answers = false
            (version, kernel, processors, delayBackend) = (nil, nil, nil, nil)
            (clockBoundNanoseconds, roundTripNanoseconds, serves) = (nil, nil, nil)
            (can, cannot) = ([], [:])
            problem = "\(error)"
        }
    }

    /// One line for what several hosts cannot do for the same reason.
    private static func inabilities(_ rows: [HostRow]) -> [String] {
        var hosts: [String: [String]] = [:]
        for row in rows {
            for (fault, reason) in row.cannot {
                hosts["cannot \(fault): \(reason)", default: []].append(row.host)
            }
        }
        return hosts.sorted { $0.key < $1.key }.map { words, hosts in
            "\(hosts.count == rows.count && hosts.count > 1 ? "all" : hosts.joined(separator: ", ")) \(words)"
        }
    }

    static func table(_ rows: [HostRow]) -> String {
        let head = ["HOST", "AGENT", "VERSION", "KERNEL", "DELAYS BY", "CLOCK"]
        let cells = rows.map { row in
            [
                row.host, row.agent, row.version ?? "no answer", row.kernel ?? "", row.delayBackend ?? "",
                row.clockBoundNanoseconds.map { "± \(Duration(nanoseconds: $0).rounded)" }
                    ?? (row.answers ? "unknown" : ""),
            ]
        }
        let widths = head.indices.map { column in ([head] + cells).map { $0[column].count }.max() ?? 0 }
        let line = { (cells: [String]) in
            zip(cells, widths).map { $0.padding(to: $1) }.joined(separator: "  ").trimmingEnd
        }
        let notes = rows.compactMap { row in row.problem.map { "\(row.host): \($0)" } } + inabilities(rows)
        return (([head] + cells).map(line) + (notes.isEmpty ? [] : [""] + notes)).joined(separator: "\n")
    }
}

extension String {
    fileprivate var trimmingEnd: String {
        String(reversed().drop { $0 == " " }.reversed())
    }
}
