import Measures

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
    /// Of $1, $2, … of a prepared query.
    package var parameters: [String] = []
    package var passwordVariable: String?
    package var isHTTP2 = false
    /// Commands of redis:// under way on one connection.
    package var pipeline: String?
    /// The same of HTTP/2 and gRPC.
    package var streams: String?
    /// What tcp:// and udp:// expect back; nil: the protocol's own default.
    package var expect: String?
    package var timeout = "1s"
    /// Of a secured address: "system", "anyone" or a PEM file; nil: nothing is said.
    package var trust: String?
    package var serverName: String?
    package var rate = ""
    package var isPoisson = false
    /// The rate at the end, when it is to move there.
    package var rampTo: String?
    /// A file of arrivals, instead of a rate.
    package var trace: String?
    /// Of the trace.
    package var speed: String?
    package var repeats = false
    /// Users of a closed model, instead of a rate.
    package var closedUsers: String?
    package var think = "0s"
    package var statuses = "200-399"
    package var within: String?
    /// Texts that the body holds.
    package var bodyTexts: [String] = []
    /// Regular expressions that the body matches.
    package var bodyPatterns: [String] = []
    /// "Name: value", each.
    package var answerHeaders: [String] = []
    /// "/pointer=value" or "/pointer", each.
    package var jsonValues: [String] = []
    /// "column=text" or "row,column=text", each.
    package var resultValues: [String] = []
    /// "3" or "1-10" rows of a query's result.
    package var resultRows: String?
    /// Addresses in a DNS answer.
    package var addresses: [String] = []
    /// "3" or "1-10" records of a DNS answer.
    package var records: String?
    /// What a gRPC or DNS answer's code is to be.
    package var answerCode: String?
    package var connections: String?
    /// "never", or a number of requests.
    package var reuse: String?
    package var retries: String?
    /// "users.csv" or "users=a/b.csv", each.
    package var data: [String] = []
    /// "p99=50ms", each.
    package var below: [String] = []
    package var availability: String?
    package var confidence = "95%"
    package var duration = "10s"

    package init() {}

    /// An experiment file that says the same: what is run can be kept, read and run again as a file.
    package var yaml: String {
        let quote = CanonicalText.quote
        let replay = [
            ("file", trace.map(quote)), ("speed", speed.map(quote)), ("repeat", repeats ? "true" : nil),
        ]
        let rate =
            switch (isPoisson, rampTo, closedUsers) {
            case (_, _, nil) where trace != nil: "{ trace: \(CanonicalText.map(replay)) }"
            case (_, _, let users?): "{ closed: { users: \(quote(users)), think: \(quote(think)) } }"
            case (true, _, nil): "{ poisson: \(quote(self.rate)) }"
            case (false, let to?, nil): "{ ramp: { from: \(quote(self.rate)), to: \(quote(to)) } }"
            case (false, nil, nil): quote(self.rate)
            }
        var lines = [
            "faultline: 1", "name: \(quote(name))", "load:", "  main:",
            "    \(wireRequest(fields) ?? requestLine)",
            "    rate: \(rate)",
            "    good: { status: \(quote(statuses))\(within.map { ", within: \(quote($0))" } ?? "") }",
        ]
        let use = [("most", connections), ("reuse", reuse)].map { ($0.0, $0.1.map(quote)) }
        if connections != nil || reuse != nil { lines.append("    connections: \(CanonicalText.map(use))") }
        let tables = data.map { text in
            let (name, file) = Self.parts(text, at: "=")
            return file.map { (quote(name), quote($0)) } ?? (quote(Reader.tableName(name)), quote(name))
        }
        if !data.isEmpty { lines.append("    data: \(CanonicalText.map(tables.map { ($0.0, $0.1) }))") }
        if let retries { lines.append("    retries: \(quote(retries))") }
        if !checks.isEmpty { lines.append("    check: \(CanonicalText.list(checks))") }
        if availability != nil || !below.isEmpty { lines.append("targets:") }
        if let availability {
            lines.append(
                "  availability: { objective: \(quote(availability)), confidence: \(quote(confidence)) }"
            )
        }
        if !below.isEmpty { lines.append("  latency:") }
        lines += below.map { claim in
            let (quantile, limit) = Self.parts(claim, at: "=")
            return "    - { quantile: \(quote(quantile)), below: \(quote(limit ?? "")), "
                + "confidence: \(quote(confidence)) }"
        }
        lines.append("duration: \(quote(duration))")
        return lines.joined(separator: "\n") + "\n"
    }

    /// What is before and after the first such sign; nil: there is none.
    static func parts(_ text: String, at sign: Character) -> (first: String, rest: String?) {
        let parts = text.split(separator: sign, maxSplits: 1, omittingEmptySubsequences: false)
        return (parts[0].trimmed, parts.count > 1 ? parts[1].trimmed : nil)
    }
}
