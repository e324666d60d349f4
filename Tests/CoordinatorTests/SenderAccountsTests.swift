import Measures
import Plan
import Recording
import Testing

@testable import Coordinator

@Suite("What the hosts of a load have told")
struct SenderAccountsTests {
    private static func load(_ name: String, _ hosts: [String]) -> LoadPlan {
        LoadPlan(
            name: name,
            senders: LoadSenders(hosts: hosts, weights: hosts.map { _ in 1 }),
            request: .http(
                HTTPRequestPlan(
                    method: "GET",
                    address: HTTPAddress(host: "web", port: 80, path: "/"),
                    headers: [],
                    body: "",
                    timeout: .seconds(1)
                )
            ),
            arrivals: .constant(perSecond: 1),
            good: GoodCriterion(statuses: 200...399, within: nil),
            connections: 64
        )
    }

    private func line(_ load: String, _ second: Int64, _ count: Int) -> String {
        var histogram = LatencyHistogram()
        for _ in 0..<count { histogram.record(.milliseconds(1)) }
        return HistogramLog.line(
            load: load,
            start: Instant(nanoseconds: second * 1_000_000_000),
            length: .seconds(1),
            histogram: histogram
        )
    }

    @Test("a run is over for its loads when every host of each has told all")
    func finished() {
        var accounts = SenderAccounts([Self.load("a", ["x", "y"]), Self.load("b", ["x"])])
        for (load, host) in [("a", "x"), ("b", "x"), ("a", "x"), ("b", "y")] {
            _ = accounts.finish(load, on: host)
            #expect(!accounts.areFinished)
        }
        _ = accounts.finish("a", on: "y")
        #expect(accounts.areFinished)
    }

    @Test("each host has the place in the load that its blocks say")
    func places() {
        let accounts = SenderAccounts([Self.load("a", ["x", "y"]), Self.load("b", ["y"])])
        #expect(accounts.place(of: "a", on: "y") == 1 && accounts.place(of: "b", on: "y") == 0)
        #expect(accounts.place(of: "b", on: "x") == nil)
    }

    @Test(
        "one host's lines are written as they come, several hosts' are one line a second with all requests in it"
    )
    func lines() {
        var accounts = SenderAccounts([Self.load("a", ["x", "y"]), Self.load("b", ["x"])])
        let single = line("b", 0, 3)
        #expect(accounts.merged(single, of: "b", from: "x") == single)
        var log = ""
        for second in 0..<Int64(3) {
            log += accounts.merged(line("a", second, 2), of: "a", from: "x")
            log += accounts.merged(line("a", second, 1), of: "a", from: "y")
        }
        #expect(HistogramLog.entries(log).map(\.histogram.count) == [3, 3])
        log += accounts.finish("a", on: "x") + accounts.finish("a", on: "y") + accounts.rest()
        let entries = HistogramLog.entries(log)
        #expect(entries.map(\.histogram.count) == [3, 3, 3] && entries.allSatisfy { $0.load == "a" })
        #expect(entries.map(\.start.seconds) == [0, 1, 2])
    }
}
