import Measures
import Testing

@testable import Plan

/// Histories and what is claimed of them.
@Suite struct HistoryReadingTests {
    private static func yaml(_ history: String, _ claim: String = "linearizable: true") -> String {
        """
        faultline: 1
        name: trial
        lab: { hosts: { a: {}, b: {}, client: {} } }
        history:
          accounts: { \(history) }
        targets:
          correctness: { history: accounts, \(claim) }
        duration: 10s
        """
    }

    private func messages(_ history: String, _ claim: String = "linearizable: true") -> [String] {
        do throws(PlanError) {
            _ = try Plan(yaml: Self.yaml(history, claim), fileName: "f.yaml")
            return []
        } catch {
            return error.diagnostics.map(\.message)
        }
    }

    private static let registers = "from: client, redis: { url: redis://a }, registers: {}, rate: 100/s"

    @Test("a history needs no load beside it, and has usual values")
    func usual() throws {
        let plan = try Plan(yaml: Self.yaml(Self.registers), fileName: "f.yaml")
        #expect(plan.loads.isEmpty)
        let server = RedisStorePlan.Finding.server(ServerAddress(host: "a", port: 6379))
        let expected = HistoryPlan(
            name: "accounts",
            senders: LoadSenders("client"),
            store: .redis(RedisStorePlan(finding: server, timeout: .seconds(1))),
            work: .registers(keys: 20, clientsPerKey: 3, reads: try #require(Share("50%"))),
            perSecond: 100
        )
        #expect(plan.histories == [expected])
        #expect(plan.targets.correctness == [CorrectnessTarget(history: "accounts", claim: .linearizable)])
    }

    @Test(
        "what goes to an agent says the same as the file, and the digest's text is a file that says the same",
        arguments: [
            registers,
            "from: b, redis: { sentinels: [a, \"b:26380\"], primary: shop, timeout: 300ms }, registers: { keys: 4, clients: 2, reads: 12.5% }, rate: 30/min",
            "from: client, etcd: { urls: [http://a, \"http://b:2380\"], reads: serializable }, registers: { keys: 1 }, rate: 5/s",
            "from: client, redis: { url: \"redis://u:p%40@a:7000\" }, registers: { clients: 1 }, rate: 1/s",
            "from: { a: 2, client: 1 }, redis: { url: redis://b }, registers: { keys: 1 }, rate: 1/s",
        ]
    )
    func roundTrip(history: String) throws {
        let plan = try Plan(yaml: Self.yaml(history), fileName: "f.yaml")
        let made = try #require(plan.histories.first)
        let told = try #require(
            Plan(yaml: made.fileText, fileName: "history.yaml", subject: .load).histories.first
        )
        #expect(told.store == made.store && told.work == made.work && told.perSecond == made.perSecond)
        #expect(told.name == made.name)
        #expect(try Plan(yaml: CanonicalText(plan).text, fileName: "f.yaml").digest == plan.digest)
    }

    @Test("of clients on several hosts each host is told its own, and all together are all of them")
    func shared() throws {
        let history =
            "from: [a, client], redis: { url: redis://b }, registers: { keys: 3, clients: 3 }, rate: 9/s"
        let plan = try Plan(yaml: Self.yaml(history), fileName: "f.yaml")
        let made = try #require(plan.histories.first)
        #expect(made.part(of: "b") == nil)
        let parts = try ["a", "client"].map { host in
            let part = try #require(made.part(of: host))
            let told = try Plan(yaml: part.fileText, fileName: "history.yaml", subject: .load).histories
            #expect(told.map(\.share) == [part.share])
            return part.share.own(of: made.work.clients)
        }
        #expect(parts.flatMap { $0 }.sorted() == Array(0..<9))
        // Few clients on each key, on different hosts: what one does not see of the other's writes is what is looked for.
        for key in 0..<3 { #expect(parts.allSatisfy { $0.contains { $0 / 3 == key } }) }
        #expect(made.text.hasSuffix("from a and client, 9.0/s"))
    }

    @Test("what a set and a list are asked goes into the plan")
    func claims() throws {
        let set = "from: client, redis: { url: redis://a }, list: { clients: 2 }, rate: 9/s"
        let plan = try Plan(yaml: Self.yaml(set, "duplicates: 3"), fileName: "f.yaml")
        #expect(plan.targets.correctness.map(\.claim) == [.duplicates(atMost: 3)])
        #expect(plan.histories.map(\.work) == [.list(clients: 2)])
    }

    @Test(
        "what cannot be is refused, with what was expected",
        arguments: [
            ("from: client, registers: {}, rate: 1/s", "linearizable: true", "has none of redis, etcd"),
            (
                "from: client, redis: { url: redis://a }, rate: 1/s", "linearizable: true",
                "has none of registers, set, list"
            ),
            (
                "from: client, redis: { url: redis://elsewhere }, registers: {}, rate: 1/s",
                "linearizable: true", "targets must be hosts of the lab"
            ),
            (
                "from: client, redis: { url: redis://a, primary: x }, registers: {}, rate: 1/s",
                "linearizable: true", "url has no meaning beside sentinels"
            ),
            (
                "from: client, redis: { sentinels: [], primary: x }, registers: {}, rate: 1/s",
                "linearizable: true", "sentinels is empty"
            ),
            (
                "from: client, etcd: { urls: [\"http://a\"] }, list: {}, rate: 1/s",
                "duplicates: 0", "etcd has no lists"
            ),
            (
                "from: client, redis: { url: redis://a }, registers: { keys: 200, clients: 5 }, rate: 1/s",
                "linearizable: true", "at most 256 clients"
            ),
            (
                registers, "lost-acknowledged-writes: 0",
                "is asked of a set or list; history 'accounts' records registers"
            ),
            (
                "from: [a, b, client], redis: { url: redis://a }, set: { clients: 2 }, rate: 1/s",
                "duplicates: 0", "2 clients for 3 hosts"
            ),
            (registers, "linearizable: true, duplicates: 0", "expected one claim"),
            (registers, "linearizable: yes", "is no linearizable"),
        ]
    )
    func refused(history: String, claim: String, expected: String) {
        let messages = messages(history, claim)
        #expect(messages.contains { $0.contains(expected) }, "\(messages)")
    }

    @Test("a claim on a history that is not there names those that are")
    func unknown() {
        let yaml = Self.yaml(Self.registers).replacing("history: accounts,", with: "history: acounts,")
        let error = #expect(throws: PlanError.self) { try Plan(yaml: yaml, fileName: "f.yaml") }
        #expect(error?.diagnostics.first?.nearest == "accounts")
    }
}
