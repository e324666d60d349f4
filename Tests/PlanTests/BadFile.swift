import Testing

@testable import Plan

/// One row of a table of files that are refused.
struct BadFile: Sendable, CustomTestStringConvertible {
    /// The smallest file with one of most things: rows change one place of it.
    static let base = #"""
        faultline: 1
        name: web
        lab:
          hosts:
            web1: { services: [ { name: nginx, run: "nginx -c {files}/nginx.conf", ready: "http://web1:8080/" } ] }
            web2: {}
            client: {}
        load:
          browse:
            from: client
            http: { url: "http://web1:8080/" }
            rate: 500/s
        faults:
          - { name: slow, at: 2s, for: 2s, on: web1, delay: { latency: 100ms } }
          - { name: crash, at: 6s, on: web1, kill: { service: nginx } }
        targets:
          availability: { objective: "99.9", load: browse }
        duration: 10s


        """#

    /// Why such a file is refused.
    let reason: String
    let yaml: String
    /// The first line of each message, without the file's name.
    let expected: [String]

    var testDescription: String { reason }

    init(_ reason: String, whole yaml: String, expects expected: [String]) {
        self.reason = reason
        self.yaml = yaml
        self.expected = expected
    }

    init(_ reason: String, replacing old: String, with new: String, expects expected: [String]) {
        guard let place = Self.base.firstRange(of: old) else {
            Issue.record("the base does not hold \(old)")
            self.init(reason, whole: "", expects: [])
            return
        }
        let yaml = Self.base[..<place.lowerBound] + new + Self.base[place.upperBound...]
        self.init(reason, whole: String(yaml), expects: expected)
    }

    func check() {
        let error = #expect(throws: PlanError.self, "\(reason)") {
            try Plan(yaml: yaml, fileName: "web.yaml")
        }
        let headlines = error?.diagnostics.map(\.headline) ?? []
        #expect(headlines == expected.map { "web.yaml:" + $0 }, "\(reason)")
    }
}
