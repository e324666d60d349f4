import AgentProtocol
import Measures
import Plan

/// What the agents say of their clocks and their armed faults, before anything has begun.
struct ArmedRun {
    /// By host, what it armed, and how long after it was asked its answer was here.
    let hosts: [(host: String, armed: [Faultline_Agent_V1_Armed], took: Duration)]
    let limit: ClockBoundPlan
    /// From the first question to the last answer.
    let took: Duration

    /// "armed 12 faults on 4 hosts within 38ms, each within 12ms; clocks within ± 612ns"; nil when there are none.
    var words: String? {
        let all = hosts.flatMap(\.armed)
        guard let widest = all.map(\.boundNs).max() else { return nil }
        let faults = Set(all.map(\.fault)).count
        let arming = hosts.filter { !$0.armed.isEmpty }
        let slowest = arming.map(\.took).max() ?? .zero
        return
            "armed \(faults) fault\(faults == 1 ? "" : "s") on \(arming.count) host\(arming.count == 1 ? "" : "s") "
            + "within \(took.rounded), each within \(slowest.rounded); "
            + "clocks within ± \(Duration(nanoseconds: widest).rounded)"
    }

    /// Each in a line.
    var lateness: [String] {
        hosts.flatMap { host, armed, _ in
            armed.filter(\.late).map { "\($0.fault) on \(host) was armed after its start" }
        }
    }

    /// Nil: the run may begin, by what the file asks.
    var refusal: ClocksRefused? {
        guard limit.beyond == .refuse else { return nil }
        let wide = hosts.compactMap { host, armed, _ -> String? in
            guard let bound = armed.map(\.boundNs).max(), bound > limit.limit.nanoseconds else { return nil }
            return "the clock of \(host) is known to ± \(Duration(nanoseconds: bound).rounded) only"
        }
        let lines = wide + lateness
        return lines.isEmpty ? nil : ClocksRefused(lines: lines, limit: limit.limit)
    }
}

/// The hosts' clocks are not known as well as the experiment asks; no fault has begun.
struct ClocksRefused: ReadableError {
    let lines: [String]
    let limit: Duration

    var code: String { "run.clock-bound" }
    var exitCode: ExitCode { .agentFailed }
    var message: String {
        lines.joined(separator: "\n")
            + "\nthe experiment asks for ± \(limit.text) (clock-bound); no fault has begun. "
            + "Raise the limit, begin faults later, or let UDP between the hosts pass as fast as it can"
    }
}
