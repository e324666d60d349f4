/// One load in single words, as a command line gives them; nothing of it is checked yet.
package struct LoadWords: Sendable, Equatable {
    package var name = "load"
    package var url = ""
    package var method = "GET"
    /// "Name: value", each.
    package var headers: [String] = []
    package var body = ""
    package var isHTTP2 = false
    /// What tcp:// and udp:// expect back; nil: the protocol's own default.
    package var expect: String?
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
        let fields: [(String, String?)] = headers.map { header in
            let parts = header.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            return (quote(parts[0].trimmed), quote(parts.count > 1 ? parts[1].trimmed : ""))
        }
        let rate =
            switch (isPoisson, rampTo) {
            case (true, _): "{ poisson: \(quote(self.rate)) }"
            case (false, let to?): "{ ramp: { from: \(quote(self.rate)), to: \(quote(to)) } }"
            case (false, nil): quote(self.rate)
            }
        var lines = [
            "faultline: 1", "name: \(quote(name))", "load:", "  main:",
            "    \(wireRequest(fields) ?? httpRequest(fields))",
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

    private func httpRequest(_ headers: [(String, String?)]) -> String {
        let fields = [
            ("url", url), ("method", method), ("body", body), ("version", isHTTP2 ? "2" : nil),
            ("timeout", timeout),
        ]
        let quoted = fields.map { ($0, $1.map(CanonicalText.quote)) }
        return "http: " + CanonicalText.map(quoted + [("headers", CanonicalText.map(headers))])
    }
}

extension Substring {
    fileprivate var trimmed: String {
        var rest = self
        while rest.first == " " { rest.removeFirst() }
        while rest.last == " " { rest.removeLast() }
        return String(rest)
    }
}
