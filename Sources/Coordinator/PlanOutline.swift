package import AgentProtocol
import Measures
package import Plan
package import Schedule
import Statistics
import Timeline

/// What a run would do, for people and as JSON: timeline, targets of each fault, kernel operations, and what the sample
/// can say.
package struct PlanOutline: Sendable, Encodable {
    package struct Step: Sendable, Encodable {
        let startSeconds: Double
        let endSeconds: Double
        /// On no host before its start.
        let isNotBefore: Bool
        let fault: String
        let host: String
        /// The first line of what the kernel is asked for, and all of it; or why it would be refused.
        let operation: String
        let exactly: [String]
        let isRefused: Bool
    }

    /// What an agent says that it would do for one fault.
    package enum Answer: Sendable {
        case operation(String)
        case refused(String)
        /// Nobody here can tell; why.
        case unknown(String)
    }

    package struct Support: Sendable, Encodable {
        let target: String
        /// nil: not known beforehand, since a load of a closed model takes part. Then nothing says that it is not enough.
        let requests: Int?
        let needed: Int
        let isEnough: Bool
    }

    let name: String
    let digest: String
    let seed: UInt64
    let durationSeconds: Double
    /// "1ms, else inconclusive"
    let clockBound: String
    let backend: String
    let backendReason: String
    let hosts: [String: [String]]
    let phases: [String]
    let steps: [Step]
    let loads: [String]
    let histories: [String]
    let support: [Support]

    /// `rehearse`: what a host's agent would do for these faults, which it would arm in this order; an answer for each.
    package init(
        plan: Plan,
        schedule: Schedule,
        addresses: [(name: String, addresses: [String])],
        backend: String,
        backendReason: String,
        rehearse: (String, [Faultline_Agent_V1_Fault]) -> [Answer]
    ) {
        name = plan.name
        digest = plan.digest
        seed = schedule.seed
        durationSeconds = plan.duration.seconds
        clockBound =
            "\(plan.clockBound.limit.text) of the reference clock"
            + (plan.lab.isInventory ? " (no fault touches it, wherever it answers)" : "") + ", else "
            + (plan.clockBound.beyond == .refuse ? "not begun" : "inconclusive")
        self.backend = backend
        self.backendReason = backendReason
        hosts = Dictionary(addresses.map { ($0.name, $0.addresses) }) { first, _ in first }
        phases = schedule.phases.map {
            "\($0.start.seconds.fixed(1))–\($0.end.seconds.fixed(1)) s \($0.name)"
        }
        let share = HostShare(addresses: hosts, faults: schedule.faults, found: plan.foundServices)
        var steps: [Step] = []
        for host in addresses {
            let messages = schedule.faults.compactMap { share.message(of: $0, on: host.name) }
            for (message, answer) in zip(messages, rehearse(host.name, messages)) {
                steps.append(Step(message, on: host.name, answer))
            }
        }
        self.steps = steps.sorted {
            ($0.startSeconds, $0.fault, $0.host) < ($1.startSeconds, $1.fault, $1.host)
        }
        loads = plan.loads.map { "\($0.name): \(Self.words(of: $0, until: plan.duration))" }
        histories = plan.histories.map { "\($0.name): \($0.text)" }
        support = Self.support(of: plan, schedule)
    }

    /// Whether the sample can support each availability target.
    static func support(of plan: Plan, _ schedule: Schedule) -> [Support] {
        plan.targets.availability.map { target in
            let chosen = plan.loads.filter { target.load == nil || $0.name == target.load }
            let isKnown = chosen.allSatisfy { $0.arrivals.closedWords == nil }
            let requests = isKnown ? Int(requests(of: chosen, in: target.phase, of: schedule)) : nil
            let unavailability = 1 - target.objective.double / 100
            let needed = SampleSize.zeroFailures(
                unavailability: unavailability,
                confidence: target.confidence
            )
            return Support(
                target: "availability \(target.objective) %" + (target.phase.map { " in \($0)" } ?? ""),
                requests: requests,
                needed: needed,
                isEnough: requests.map { $0 >= needed } ?? true
            )
        }
    }

    /// Some fault would be refused, and with it the run.
    package var isRefused: Bool { steps.contains(where: \.isRefused) }

    /// Due in the phases of this name; nil: in the whole run.
    private static func requests(of loads: [LoadPlan], in phase: String?, of schedule: Schedule) -> Double {
        let end = schedule.end
        let spans =
            phase.map { name in schedule.phases.filter { $0.name == name }.map { ($0.start, $0.end) } }
            ?? [(Instant.zero, end)]
        return loads.reduce(0) { sum, load in
            sum
                + spans.reduce(0) { part, span in
                    part + load.arrivals.expectedCount(until: span.1, of: end)
                        - load.arrivals.expectedCount(until: span.0, of: end)
                }
        }
    }

    /// "GET http://lb/ from client, 500/s evenly, good: status 200–399"
    static func words(of load: LoadPlan, until end: Duration) -> String {
        "\(load.request.text) from \(load.senders.text), \(words(load.arrivals, until: end)), "
            + "good: \(load.good.words(of: load.request))"
    }

    private static func words(_ arrivals: ArrivalProcess, until end: Duration) -> String {
        switch arrivals {
        case .constant(let rate): "\(rate.fixed(0))/s evenly"
        case .poisson(let rate): "\(rate.fixed(0))/s, Poisson"
        case .ramp(let from, let to): "\(from.fixed(0))/s to \(to.fixed(0))/s"
        case .steps(let steps):
            steps.map { "\($0.perSecond.fixed(0))/s for \($0.lasting.text)" }.joined(separator: ", then ")
        case .sine(let sine):
            "\(sine.meanPerSecond.fixed(0))/s ± \(sine.amplitudePerSecond.fixed(0))/s with a period of \(sine.period.text)"
        case .trace(let trace): trace.text + (trace.misfit(of: end).map { "; \($0)" } ?? "")
        case .closed: arrivals.closedWords ?? ""
        }
    }

    package var text: String {
        var lines = ["\(name): plan \(digest.prefix(12)), seed \(seed), \(durationSeconds.fixed(0)) s", ""]
        let hasLab = !hosts.isEmpty
        lines.append(
            hasLab
                ? "hosts: "
                    + hosts.sorted { $0.value.first ?? "" < $1.value.first ?? "" }
                    .map { "\($0.key) \($0.value.joined(separator: " "))" }.joined(separator: ", ")
                : "no lab: load from this host alone"
        )
        if hasLab { lines.append("delays by: \(backend), \(backendReason)") }
        lines += loads.map { "load \($0)" }
        lines += histories.map { "history \($0)" }
        lines += ["", "phases:"] + phases.map { "  \($0)" }
        if hasLab { lines += ["", "what would be done:"] }
        lines += steps.map {
            "  \($0.startSeconds.fixed(1))–\($0.endSeconds.fixed(1)) s  \($0.fault) on \($0.host): \($0.operation)"
                + ($0.isNotBefore ? "; not before its start" : "")
        }
        if hasLab { lines.append("  starts within ± \(clockBound)") }
        lines += ["", "can the sample support the targets?"]
        lines += support.map { entry in
            let answer =
                entry.requests == nil
                ? "the target decides"
                : entry.isEnough ? "yes" : "no, the verdict can only be missed or inconclusive"
            return
                "  \(entry.target): \(entry.requests.map(String.init) ?? "an unknown number of") requests, at least "
                + "\(entry.needed) without a failure are needed: \(answer)"
        }
        if support.isEmpty { lines.append("  there is no availability target") }
        let exact = steps.filter { !$0.exactly.isEmpty }
        if !exact.isEmpty { lines += ["", "what the kernel is asked for, to the letter:"] }
        lines += exact.flatMap { step in
            ["  \(step.fault) on \(step.host):"] + step.exactly.map { "  \($0)" }
        }
        return lines.joined(separator: "\n")
    }
}

extension PlanOutline.Step {
    fileprivate init(
        _ message: Faultline_Agent_V1_Fault,
        on host: String,
        _ answer: PlanOutline.Answer
    ) {
        let text =
            switch answer {
            case .operation(let text): text
            case .refused(let why): "would be refused: \(why)"
            case .unknown(let why): "not known: \(why)"
            }
        let lines = text.split(separator: "\n").map(String.init)
        let isRefused = if case .refused = answer { true } else { false }
        self.init(
            startSeconds: Double(message.startNs) / 1e9,
            endSeconds: Double(message.endNs) / 1e9,
            isNotBefore: message.notBefore,
            fault: message.id,
            host: host,
            operation: lines.first ?? "",
            exactly: Array(lines.dropFirst()),
            isRefused: isRefused
        )
    }
}
