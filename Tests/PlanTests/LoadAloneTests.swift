import Measures
import Testing

@testable import Plan

/// Files without a lab: load from this host, and nothing else.
@Suite struct LoadAloneTests {
    private static let base = """
        faultline: 1
        name: alone
        load:
          main: { http: { url: "http://127.0.0.1:8080/" }, rate: 10/s }
        duration: 1s

        """

    private func messages(_ yaml: String) -> [String] {
        do {
            _ = try Plan(yaml: yaml, fileName: "f.yaml")
            return []
        } catch { return error.diagnostics.map(\.message) }
    }

    @Test func `need no lab, no faults and no targets, and may go anywhere`() throws {
        let plan = try Plan(yaml: Self.base, fileName: "f.yaml")
        #expect(plan.lab.hosts.isEmpty && plan.faults.isEmpty)
        #expect(plan.loads.map(\.senders.hosts) == [[LoadPlan.thisHost]])
        #expect(plan.loads[0].request.host == "127.0.0.1")
        let again = try Plan(yaml: plan.canonicalText, fileName: "f.yaml")
        #expect(again.canonicalText == plan.canonicalText && again.digest == plan.digest)
    }

    @Test func `what needs hosts asks for a lab`() {
        let fault = Self.base + "faults: [ { name: a, at: 0s, on: b, kill: { service: c } } ]\n"
        #expect(messages(fault).contains { $0.contains("lab") })
        #expect(messages(Self.base + "capture: here\n").contains { $0.contains("lab") })
        let from = Self.base.replacing("rate: 10/s", with: "rate: 10/s, from: client")
        #expect(
            messages(from) == [
                "from names a host, and the file has no lab; expected none, or lab: { hosts: … }"
            ]
        )
    }

    @Test func `words of a command line make such a file, whatever they hold`() throws {
        var words = LoadWords()
        words.url = "http://x/"
        words.rate = "1000/s"
        words.headers = ["X-P: x", "X-Q: a \"b\": c"]
        words.method = "POST"
        words.body = "line\nline \\ \u{1}"
        words.within = "800ms"
        words.below = ["p99=50ms", "p99.9 = 1s"]
        words.availability = "99.9"
        words.url = "http://[::1]:8080/a?b=c"
        let plan = try Plan(yaml: words.yaml, fileName: "words")
        let load = try #require(plan.loads.first)
        let http = try #require(load.request.http)
        #expect(http.headers.map(\.value).contains("a \"b\": c"))
        #expect(http.body == words.body)
        #expect(load.good.within == .milliseconds(800))
        #expect(plan.targets.latency.count == 2 && plan.targets.availability.count == 1)
        #expect(http.address == HTTPAddress(host: "::1", port: 8080, path: "/a?b=c"))
        #expect(http.address.text == words.url)
        words.url = "http://[::1/"
        #expect(messages(words.yaml).count == 1, "one message for one wrong word")
    }

    @Test func `a wrong word is said as such`() {
        for (change, expected) in [
            ({ $0.rate = "100" }, "rate is '100' without a unit"),
            ({ $0.below = ["p99"] }, "below is ''"),
            ({ $0.below = ["fast=1s"] }, "quantile is 'fast'"),
            ({ $0.duration = "forever" }, "duration is 'forever'"),
            ({ $0.url = "ftp://x/" }, "url"),
        ] as [((inout LoadWords) -> Void, String)] {
            var words = LoadWords()
            words.url = "http://127.0.0.1/"
            words.rate = "10/s"
            change(&words)
            let found = messages(words.yaml)
            #expect(found.count == 1 && found.first?.contains(expected) == true, "\(found)")
        }
    }
}
