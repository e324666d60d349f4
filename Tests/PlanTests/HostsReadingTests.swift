import Measures
import Testing

@testable import Plan

/// `hosts:` and inventories: hosts that are there already.
@Suite struct HostsReadingTests {
    static let hosts = #"""
        hosts:
          web1: { agent: "10.0.0.11:7701", addresses: [10.0.0.11, "fd00::11"], interface: eth0, labels: { tier: web, rack: a }, services: { nginx: { unit: nginx } } }
          web2: { agent: "[fd00::12]", addresses: [10.0.0.12], interface: eth1, labels: { tier: web, rack: b }, services: { nginx: { unit: nginx } } }
          db: { agent: "unix:/run/db.sock", addresses: [10.0.0.13], interface: eth0, labels: { tier: db }, groups: [data], services: { api: { process: /usr/bin/api } } }
          client: { agent: "client.example:7443", addresses: [10.0.0.14], interface: eth0 }
        groups: { front: [web1, web2], all-data: [db] }

        """#

    static func experiment(_ faults: String, hosts: String = hosts, more: String = "") -> String {
        #"""
        faultline: 1
        name: staging
        \#(hosts)load:
          browse: { from: client, http: { url: "http://shop.example/" }, rate: 10/s }
        faults:
        \#(faults)
        targets: { availability: { objective: "99" } }
        \#(more)
        duration: 20s

        """#
    }

    static func on(_ selector: String) -> String {
        "  - { name: f, at: 2s, for: 2s, on: \(selector), delay: { latency: 5ms } }"
    }

    private func plan(_ selector: String) throws -> Plan {
        try Plan(yaml: Self.experiment(Self.on(selector)), fileName: "staging.yaml")
    }

    private func selector(_ text: String) throws -> Selector {
        guard case .impairment(let on, _, _, _) = try plan(text).faults[0].kind else { return .hosts([]) }
        return on
    }

    @Test func `hosts read as the file says`() throws {
        let hosts = try plan("web1").lab.hosts
        #expect(hosts.map(\.name) == ["web1", "web2", "db", "client"])
        let site = try #require(hosts[0].site)
        #expect(site.agent == .tcp(host: "10.0.0.11", port: 7701))
        #expect(site.addresses == ["10.0.0.11", "fd00::11"])
        #expect(site.interface == "eth0")
        #expect(site.labels == ["tier": "web", "rack": "a"])
        #expect(site.groups == ["front"])
        #expect(site.services == ["nginx": .unit("nginx.service")])
        #expect(hosts[1].site?.agent == .tcp(host: "fd00::12", port: AgentPlace.usualPort))
        #expect(hosts[2].site?.agent == .unix(path: "/run/db.sock"))
        #expect(hosts[2].site?.groups == ["all-data", "data"])
        #expect(hosts.allSatisfy { $0.services.isEmpty }, "nothing is started")
    }

    @Test(arguments: [
        ("{ label: tier=web }", Selector.hosts(["web1", "web2"])),
        ("{ label: [tier=web, rack=b] }", .hosts(["web2"])),
        ("{ group: front }", .hosts(["web1", "web2"])),
        ("{ group: [data, front] }", .hosts(["web1", "web2", "db"])),
        ("{ group: front, except: web1 }", .hosts(["web2"])),
        ("{ except: [client, db] }", .hosts(["web1", "web2"])),
        ("{ label: tier=web, group: data }", .hosts([])),
        ("{ any: { 1 of: { group: front } } }", .any(count: 1, of: ["web1", "web2"])),
        (
            "{ percent: { 50% of: { label: tier=web, except: web2 } } }",
            .percent(Share("50%") ?? .zero, of: ["web1"])
        ),
    ])
    func `selectors find hosts by label, group and exception`(_ text: String, _ expected: Selector) throws {
        guard expected != .hosts([]) else {
            let error = #expect(throws: PlanError.self) { try plan(text) }
            #expect(error?.message.contains("on selects no host; expected at least one") == true)
            return
        }
        #expect(try selector(text) == expected)
    }

    @Test func `sides of a partition and senders may be groups`() throws {
        let fault = "  - { name: f, at: 2s, for: 2s, partition: { between: [{ group: front }, db] } }"
        let plan = try Plan(yaml: Self.experiment(fault), fileName: "staging.yaml")
        guard case .partition(.sides(let from, let to, true), _) = plan.faults[0].kind else {
            Issue.record("\(plan.faults[0].kind)")
            return
        }
        #expect(from == ["web1", "web2"] && to == ["db"])
    }

    @Test func `canonical text reads as the same plan, and an inventory beside the file says the same`()
        throws
    {
        let inline = try plan("{ group: front }")
        let text = CanonicalText(inline).text
        let again = try Plan(yaml: text, fileName: "staging.yaml")
        #expect(again.digest == inline.digest && CanonicalText(again).text == text)
        let inventory = try Inventory(yaml: "faultline-hosts: 1\n" + Self.hosts, fileName: "hosts.yaml")
        let beside = try Plan(
            yaml: Self.experiment(Self.on("{ group: front }"), hosts: ""),
            fileName: "staging.yaml",
            inventory: inventory
        )
        #expect(beside.digest == inline.digest)
        let moved = Self.hosts.replacing("10.0.0.13", with: "10.0.0.15")
        let other = try Plan(
            yaml: Self.experiment(Self.on("{ group: front }"), hosts: moved),
            fileName: "staging.yaml"
        )
        #expect(other.digest != inline.digest, "where hosts are is part of what is run")
    }

    @Test(arguments: [
        ("web3", "unknown host 'web3' in on; there are web1, web2, db, client", "web1"),
        ("{ group: frnt }", "unknown group 'frnt'; there are all-data, data, front", "front"),
        (
            "{ label: tier=wbe }",
            "no host has the label 'tier=wbe'; there are rack=a, rack=b, tier=db, tier=web", "tier=web"
        ),
        ("{ grup: front }", "unknown key 'grup' in on; expected any, percent, label, group, except", "group"),
    ])
    func `a wrong selector is named with the nearest right one`(
        _ text: String,
        _ message: String,
        _ nearest: String
    ) {
        let error = #expect(throws: PlanError.self) { try plan(text) }
        let found = error?.diagnostics.first { $0.message == message }
        #expect(found?.message == message)
        #expect(found?.nearest == nearest)
    }

    @Test(arguments: [
        ("agent: \"10.0.0.11:7701\"", "agent: \"10.0.0.11:99999\"", "3:18", "agent"),
        ("agent: \"unix:/run/db.sock\"", "agent: \"unix:run/db.sock\"", "5:16", "agent"),
        ("addresses: [10.0.0.13]", "addresses: [10.0.0.0/24]", "5:49", "addresses"),
        ("addresses: [10.0.0.13]", "addresses: []", "5:48", "empty-list"),
        ("addresses: [10.0.0.13]", "addresses: [10.0.0.12]", "3:3", "duplicate-host"),
        ("interface: eth1", "interface: lo", "4:67", "interface"),
        ("unit: nginx } } }\n  web2", "unit: \"a/b\" } } }\n  web2", "3:148", "target"),
        ("rack: a", "rack: \"a b\"", "3:116", "label"),
        ("all-data: [db]", "all-data: [bd]", "7:43", "unknown-host"),
        ("interface: eth1, ", "", "4:9", "missing-key"),
    ])
    func `what is wrong with a host is refused with its place`(
        _ old: String,
        _ new: String,
        _ place: String,
        _ code: String
    ) throws {
        let text = Self.hosts.replacing(old, with: new)
        try #require(text != Self.hosts)
        let error = #expect(throws: PlanError.self) {
            try Inventory(yaml: "faultline-hosts: 1\n" + text, fileName: "hosts.yaml")
        }
        let found = error?.diagnostics.map { "\($0.place.line):\($0.place.column) \($0.code)" } ?? []
        #expect(found == ["\(place) \(code)"])
    }

    @Test func `a file has a lab or hosts, not both, and not an inventory besides`() throws {
        let both = Self.experiment(Self.on("web1"), more: "lab: { hosts: { web1: {} } }")
        let error = #expect(throws: PlanError.self) { try Plan(yaml: both, fileName: "s.yaml") }
        #expect(error?.message.contains("the file has lab and hosts; expected one") == true)
        let inventory = try Inventory(yaml: "faultline-hosts: 1\n" + Self.hosts, fileName: "hosts.yaml")
        let twice = #expect(throws: PlanError.self) {
            try Plan(yaml: Self.experiment(Self.on("web1")), fileName: "s.yaml", inventory: inventory)
        }
        #expect(twice?.message.contains("the file has hosts, and an inventory is given too") == true)
    }

    @Test func `a service that nobody can start is not promised to be back`() throws {
        let kill = { (host: String, service: String) in
            "  - { name: f, at: 2s, on: \(host), kill: { service: \(service), restart-after: 2s } }"
        }
        _ = try Plan(yaml: Self.experiment(kill("web1", "nginx")), fileName: "s.yaml")
        let error = #expect(throws: PlanError.self) {
            try Plan(yaml: Self.experiment(kill("db", "api")), fileName: "s.yaml")
        }
        #expect(error?.message.contains("restart-after with a process") == true)
    }

    @Test func `labels and groups of a lab's hosts are refused in words`() {
        let text = BadFile.base.replacing("on: web1, delay", with: "on: { group: web }, delay")
        let error = #expect(throws: PlanError.self) { try Plan(yaml: text, fileName: "web.yaml") }
        #expect(error?.message.contains("unknown key 'group' in on; expected any, percent") == true)
    }

    @Test(arguments: [
        ("unix:/run/a.sock", AgentPlace.unix(path: "/run/a.sock")), ("unix:a.sock", nil), ("", nil),
        ("web1", .tcp(host: "web1", port: 7443)), ("web1:1", .tcp(host: "web1", port: 1)),
        ("[fd00::1]:9", .tcp(host: "fd00::1", port: 9)), ("fd00::1", nil), ("web1:0", nil),
        ("web1:65536", nil), ("http://web1", nil), ("web1/x", nil), ("a@b:1", nil), (":7443", nil),
    ])
    func `an agent's place reads back as it was written`(_ text: String, _ place: AgentPlace?) {
        #expect(AgentPlace(text) == place)
        if let place { #expect(AgentPlace(place.text) == place) }
    }

    @Test func `an inventory with bytes that are wrong anywhere is read or refused, and traps nothing`() {
        var random = SystemRandomNumberGenerator()
        let whole = Array(("faultline-hosts: 1\n" + Self.hosts).utf8)
        let telling = Array("[]{}:,\"'&*#!|>%@-\n\t 0".utf8)
        var refused = 0
        for _ in 0..<3000 {
            var bytes = whole
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let place = Int.random(in: bytes.indices, using: &random)
                switch Int.random(in: 0..<3, using: &random) {
                case 0: bytes[place] = telling.randomElement(using: &random) ?? 0
                case 1: bytes.remove(at: place)
                default: bytes.insert(telling.randomElement(using: &random) ?? 0, at: place)
                }
            }
            do {
                let inventory = try Inventory(
                    yaml: String(decoding: bytes, as: UTF8.self),
                    fileName: "h.yaml"
                )
                #expect(inventory.hosts.allSatisfy { $0.site?.addresses.isEmpty == false })
            } catch {
                #expect(!error.diagnostics.isEmpty)
                refused += 1
            }
        }
        #expect(refused > 1000)
    }
}
