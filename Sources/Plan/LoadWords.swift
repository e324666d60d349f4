/// One load in single words, as a command line gives them; nothing of it is checked yet.
package struct LoadWords: Sendable, Equatable {
    package var name = "load"
    package var url = ""
    package var method = "GET"
    /// "Name: value", each.
    package var headers: [String] = []
    package var body = ""
    /// Of redis://.
    package var command: String?
    package var version = "2"
    /// Of postgres://.
    package var query: String?
    package var isPrepared = false
    package var passwordVariable: String?
    package var timeout = "1s"
    package var rate = ""
    package var isPoisson = false
    /// The rate at the end, when it is to move there.
    package var rampTo: String?
    package var statuses = "200-399"
    package var within: String?
    package var connections = "64"
    /// "p99=50ms", each.
    package var below: [String] = []
    package var availability: String?
    package var confidence = "95%"
    package var duration = "10s"

    package init() {}

    /// An experiment file that says the same: what is run can be kept, read and run again as a file.
    package var yaml: String {
        let quote = CanonicalText.quote
        let rate =
            switch (isPoisson, rampTo) {
            case (true, _): "{ poisson: \(quote(self.rate)) }"
            case (false, let to?): "{ ramp: { from: \(quote(self.rate)), to: \(quote(to)) } }"
            case (false, nil): quote(self.rate)
            }
        var lines = [
            "faultline: 1", "name: \(quote(name))", "load:", "  main:",
            "    \(requestLine)",
            "    rate: \(rate)",
            "    good: { status: \(quote(statuses))\(within.map { ", within: \(quote($0))" } ?? "") }",
            "    connections: \(quote(connections))",
        ]
        if availability != nil || !below.isEmpty { lines.append("targets:") }
        if let availability {
            lines.append(
                "  availability: { objective: \(quote(availability)), confidence: \(quote(confidence)) }"
            )
        }
        if !below.isEmpty { lines.append("  latency:") }
        lines += below.map { claim in
            let parts = claim.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let limit = parts.count > 1 ? parts[1].trimmed : ""
            return "    - { quantile: \(quote(parts[0].trimmed)), below: \(quote(limit)), "
                + "confidence: \(quote(confidence)) }"
        }
        lines.append("duration: \(quote(duration))")
        return lines.joined(separator: "\n") + "\n"
    }
}

extension Substring {
    var trimmed: String {
        var rest = self
        while rest.first == " " { rest.removeFirst() }
        while rest.last == " " { rest.removeLast() }
        return String(rest)
    }
}
