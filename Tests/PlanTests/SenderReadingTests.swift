import Testing

@testable import Plan

/// `from:` with one host or several.
@Suite struct SenderReadingTests {
    private static func row(_ reason: String, _ from: String, _ expected: String) -> BadFile {
        BadFile(reason, replacing: "from: client", with: from, expects: [expected])
    }

    private func load(_ from: String) throws -> LoadPlan {
        try Plan(yaml: BadFile.base.replacing("from: client", with: from), fileName: "f.yaml").loads[0]
    }

    @Test(
        "hosts send in equal parts or by their weights",
        arguments: [
            ("from: client", ["client"], [1], "client"),
            ("from: [client, web2]", ["client", "web2"], [1, 1], "client and web2"),
            (
                "from: { client: 2, web2: 1 }", ["client", "web2"], [2, 1],
                "client (2 of 3) and web2 (1 of 3)"
            ),
            (
                "from: { client: 50, web2: 50, web1: 100 }", ["client", "web2", "web1"], [1, 1, 2],
                "client (1 of 4), web2 (1 of 4) and web1 (2 of 4)"
            ),
            ("from: { web2: 7 }", ["web2"], [1], "web2"),
        ]
    )
    func forms(_ from: String, _ hosts: [String], _ weights: [Int], _ words: String) throws {
        let load = try load(from)
        #expect(load.senders.hosts == hosts && load.senders.weights == weights && load.senders.text == words)
        #expect(load.share == .whole)
        let plan = try Plan(yaml: BadFile.base.replacing("from: client", with: from), fileName: "f.yaml")
        let again = try Plan(yaml: plan.canonicalText, fileName: "f.yaml")
        #expect(again.loads == plan.loads && again.digest == plan.digest)
    }

    @Test("each host gets the load with its share, and nobody else gets any of it")
    func parts() throws {
        let load = try load("from: { client: 2, web2: 1 }")
        for (place, host) in ["client", "web2"].enumerated() {
            let part = try #require(load.part(of: host))
            let sent = try Plan(yaml: part.fileText, fileName: "load.yaml", subject: .load).loads[0]
            #expect(sent.share == LoadShare(weights: [2, 1], place: place))
            #expect(sent.arrivals == load.arrivals && sent.connections == load.connections)
            #expect(sent.request == load.request)
        }
        #expect(load.part(of: "web1") == nil)
        // One sender's load is what it was before there could be more: digests and messages stay.
        #expect(try self.load("from: client").part(of: "client")?.fileText.contains("share") == false)
    }

    private static let rows = [
        row(
            "an unknown host",
            "from: [client, web3]",
            "10:20: error: unknown host 'web3' in from; the lab has web1, web2, client. Did you mean 'web1'?"
        ),
        row(
            "a host twice",
            "from: [client, client]",
            "10:11: error: from names a host twice: client, client"
        ),
        row("nobody", "from: []", "10:11: error: from is an empty list; expected a host or a list of hosts"),
        row(
            "nobody, weighted",
            "from: {}",
            "10:11: error: from is a map of none or too many; expected a host, a list [client1, client2], or their weights { client1: 2, client2: 1 }, at most 64"
        ),
        row(
            "a weight of nothing",
            "from: { client: 0, web2: 1 }",
            "10:21: error: the weight of client is '0'; expected a whole number from 1 to 100"
        ),
        row(
            "a share beside a lab",
            "from: client\n    share: { weights: [1, 1], place: 0 }",
            "11:5: error: unknown key 'share' in load 'browse'; expected from, http, redis, postgres, grpc, tcp, udp, dns, icmp, rate, good, check, connections, retries, data"
        ),
        row(
            "fewer connections than hosts",
            "from: [client, web2]\n    connections: 1",
            "11:5: error: 1 connections for 2 hosts; expected at least one for each"
        ),
    ]

    @Test("what is wrong is said with its place", arguments: rows)
    func refusals(_ row: BadFile) { row.check() }

    @Test("users of a closed model are enough for all hosts")
    func users() {
        BadFile(
            "fewer users than hosts",
            replacing: "from: client\n    http: { url: \"http://web1:8080/\" }\n    rate: 500/s",
            with:
                "from: [client, web2]\n    http: { url: \"http://web1:8080/\" }\n    rate: { closed: { users: 1 } }",
            expects: ["12:5: error: 1 users for 2 hosts; expected at least one for each"]
        ).check()
    }

    @Test(
        "a share that is none is refused",
        arguments: [
            "{ weights: [1, 1], place: 2 }", "{ weights: [], place: 0 }", "{ weights: [0, 1], place: 0 }",
            "{ place: 0 }",
            "{ weights: [1, 101], place: 0 }",
        ]
    )
    func shares(_ share: String) {
        let yaml =
            "faultline: 1\nname: load\nload: { a: { http: { url: 'http://x/' }, rate: 1/s, share: \(share) } }\nduration: 1s\n"
        #expect(throws: PlanError.self) { try Plan(yaml: yaml, fileName: "f.yaml") }
    }
}
