import Measures

extension VerdictText {
    private static let mostFindings = 3
    private static let mostLoads = 3
    private static let mostFaults = 4

    /// A verdict in about five lines: the outcome, what was not met, each load, what the faults did; `render` has every
    /// figure. Lines end with a newline, the last too.
    package static func brief(_ verdict: Verdict) -> String {
        var lines = [headline(verdict)]
        let worstFirst = verdict.findings.filter { $0.outcome != .met }
            .sorted { $0.outcome.severity > $1.outcome.severity }
        lines += worstFirst.prefix(mostFindings).flatMap(lines(of:))
        lines += more(worstFirst.count - mostFindings, "target")
        lines += verdict.incidents.prefix(mostFindings).flatMap {
            wrapped("! " + $0.text + " (exit \($0.exitCode))", indent: 4)
        }
        lines += more(verdict.incidents.count - mostFindings, "incident")
        let loads = verdict.loads ?? []
        lines += loads.prefix(mostLoads).flatMap { wrapped(words($0), indent: 4) }
        lines += more(loads.count - mostLoads, "load")
        // The costliest first.
        let faults = verdict.faults.sorted { $0.bad > $1.bad }
        let shown = faults.prefix(mostFaults).map(words)
        let rest = faults.count > mostFaults ? ["and \(faults.count - mostFaults) more"] : []
        if !faults.isEmpty { lines += wrapped((shown + rest).joined(separator: "; "), indent: 4) }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func more(_ count: Int, _ noun: String) -> [String] {
        count > 0 ? ["  and \(Words.plural(count, "more \(noun)"))"] : []
    }

    /// "browse: 45 000 requests, 99.9 % good, p50 0.19 ms, p99 182 ms"
    private static func words(_ load: LoadFigures) -> String {
        guard load.due > 0 else { return "\(load.load): no request was due" }
        let good = Words.goodPercent(bad: load.due - load.good, of: load.due)
        let times = [("p50", load.p50Milliseconds), ("p99", load.p99Milliseconds)].map { name, milliseconds in
            "\(name) \(milliseconds.map { time($0 / 1000) } ?? "∞")"
        }
        return
            "\(load.load): \(Words.plural(load.due, "request")), \(good) good, \(times.joined(separator: ", "))"
    }

    /// "crash#1: 120 bad, out for 1.20 s, recovered after 1.3 s"
    private static func words(_ fault: FaultFigures) -> String {
        guard fault.startBoundMicroseconds != nil else { return "\(fault.fault): did not begin" }
        guard fault.bad > 0 else { return "\(fault.fault): no impact" }
        let recovery = fault.timeToRecoverSeconds.map { seconds in
            fault.censored ? ", not recovered within \(time(seconds))" : ", recovered after \(time(seconds))"
        }
        return
            "\(fault.fault): \(Words.count(fault.bad)) bad, out for \(time(fault.outageSeconds))\(recovery ?? "")"
    }
}
