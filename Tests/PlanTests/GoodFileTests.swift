import Foundation
import Impairments
import Measures
import Testing

@testable import Plan

@Suite struct GoodFileTests {
    @Test func `the example of the design reads as it says`() throws {
        let plan = try Example.webFailover()
        #expect(plan.name == "web-failover")
        #expect(plan.summary == "One web server slow, then cut off, then killed. Does the balancer hide it?")
        #expect(plan.filesFolder == "web-failover")
        #expect(plan.duration == .seconds(90))
        #expect(plan.lab.hosts.map(\.name) == ["web1", "web2", "lb", "client"])
        let nginx = try #require(plan.service(named: "nginx", on: "web2"))
        #expect(nginx.command == ["nginx", "-p", "{dir}", "-c", "{files}/nginx.conf"])
        #expect(nginx.ready == .http(HTTPAddress(host: "web2", port: 8080, path: "/")))
        #expect(nginx.readyWithin == .seconds(10))
        #expect(plan.host(named: "client")?.services == [])
        #expect(plan.host(named: "web3") == nil)
        #expect(plan.service(named: "nginx", on: "lb") == nil)
    }

    @Test func `whether roots may be taken over changes nothing, but must be true or false`() throws {
        let text = try Example.text("web-failover.yaml")
        let plan = try Plan(yaml: text, fileName: "web-failover.yaml")
        for word in ["true", "false"] {
            let same = try Plan(yaml: text + "\ntake-over: \(word)\n", fileName: "web-failover.yaml")
            #expect(same.digest == plan.digest)
        }
        let error = #expect(throws: PlanError.self) {
            try Plan(yaml: text + "\ntake-over: maybe\n", fileName: "web-failover.yaml")
        }
        #expect(error?.message.contains("take-over") == true)
    }

    @Test func `the example's load reads as it says`() throws {
        let load = try #require(try Example.webFailover().load(named: "browse"))
        #expect(load.senders == LoadSenders("client"))
        let http = try #require(load.request.http)
        #expect(http.method == "GET")
        #expect(http.address == HTTPAddress(host: "lb", port: 80, path: "/"))
        #expect(load.request.timeout == .seconds(1))
        #expect(load.arrivals == .constant(perSecond: 500))
        #expect(load.good == GoodCriterion(statuses: 200...399, within: .milliseconds(800)))
        #expect(load.connections == 64)
    }

    @Test func `the example's faults read as they say`() throws {
        let faults = try Example.webFailover().faults
        let delay = Impairment(latency: .milliseconds(100), jitter: .milliseconds(10))
        let cut = PartitionPlan.sides(from: ["web2"], to: ["lb"], bothWays: true)
        let kill = KillParameters(target: .service("nginx"), signal: "KILL", restartAfter: .seconds(3))
        #expect(faults.map(\.name) == ["slow", "cut", "crash"])
        #expect(faults.map(\.at) == [.seconds(20), .seconds(40), .seconds(60)])
        #expect(faults.map(\.lasting) == [.seconds(10), .seconds(10), nil])
        #expect(faults.map(\.times) == [1, 1, 1])
        #expect(
            faults.map(\.kind) == [
                .impairment(on: .hosts(["web1"]), .delay, delay, TrafficPlan(peers: [.host("lb")])),
                .partition(cut, TrafficPlan(direction: .ingress)), .kill(on: .hosts(["web1"]), kill),
            ]
        )
    }

    @Test func `the example's targets and guard read as they say`() throws {
        let plan = try Example.webFailover()
        let availability = try #require(plan.targets.availability.first)
        #expect(availability.objective == ExactDecimal(significand: 999, exponent: -1))
        #expect(availability.load == "browse")
        #expect(availability.phase == nil)
        #expect(availability.confidence == 0.95)
        #expect(availability.counting == .requests)
        #expect(plan.targets.latency.map(\.phase) == ["baseline", "slow"])
        let p99 = ExactDecimal(significand: 99, exponent: -2)
        let share = try #require(Share("99%"))
        #expect(
            plan.targets.latency.map(\.claim) == [
                .quantile(p99, below: .milliseconds(50)), .shareUnder(.milliseconds(300), atLeast: share),
            ]
        )
        #expect(plan.targets.recovery == [RecoveryTarget(within: .seconds(5), steadyFor: .seconds(3))])
        let half = try #require(Share("50%"))
        #expect(plan.guards == [.availabilityBelow(half, over: .seconds(10))])
    }

    @Test func `every experiment of the repository is valid, and its folder of files is there`() throws {
        let names = try FileManager.default.contentsOfDirectory(atPath: Example.folder.path())
            .filter { $0.hasSuffix(".yaml") }
        #expect(names.contains("web-failover.yaml") && names.contains("web-failover-short.yaml"))
        for name in names {
            let plan = try Plan(yaml: Example.text(name), fileName: "Experiments/\(name)")
            guard plan.needsFiles else { continue }
            let files = Example.folder.appending(path: plan.filesFolder).path()
            #expect(FileManager.default.fileExists(atPath: files), "\(name)")
        }
    }

    /// The base with one place changed, as a plan.
    private func plan(replacing old: String, with new: String) throws -> Plan {
        let file = BadFile("", replacing: old, with: new, expects: [])
        return try Plan(yaml: file.yaml, fileName: "web.yaml")
    }

    @Test(arguments: [
        ("one host", "on: web1", Selector.hosts(["web1"])),
        ("a list", "on: [web1, client]", .hosts(["web1", "client"])),
        (
            "some of a list, as a map", "on: { any: { 1 of: [web1, web2] } }",
            .any(count: 1, of: ["web1", "web2"])
        ),
        (
            "some of a list, as a text", "on: { any: \"2 of [web1, web2]\" }",
            .any(count: 2, of: ["web1", "web2"])
        ),
        ("a share, as a map", "on: { percent: { 100% of: [web1] } }", .percent(.one, of: ["web1"])),
        (
            "a share, as a text", "on: { percent: '100% of [web1 , web2]' }",
            .percent(.one, of: ["web1", "web2"])
        ),
    ])
    func `selectors have these forms`(_ form: String, _ text: String, _ expected: Selector) throws {
        let fault = try #require(try plan(replacing: "on: web1", with: text).faults.first)
        guard case .impairment(let on, .delay, _, _) = fault.kind else {
            Issue.record("\(form): no delay")
            return
        }
        #expect(on == expected, "\(form)")
    }

    @Test func `in a block a selector needs no quotes`() throws {
        let old = "  - { name: slow, at: 2s, for: 2s, on: web1, delay: { latency: 100ms } }\n"
        let new = """
              - name: slow
                at: 2s
                for: 2s
                on:
                  percent: 30% of [web1, web2]
                delay:
                  latency: 100ms

            """
        let fault = try #require(try plan(replacing: old, with: new).faults.first)
        guard case .impairment(.percent(let share, let hosts), _, _, _) = fault.kind else {
            Issue.record("no percent")
            return
        }
        #expect(share.percentText == "30%")
        #expect(hosts == ["web1", "web2"])
    }

    @Test(arguments: [
        ("plain", "500/s", ArrivalProcess.constant(perSecond: 500)),
        ("a fraction", "0.5/s", .constant(perSecond: 0.5)),
        ("by the minute", "30/min", .constant(perSecond: 0.5)),
        ("the highest", "200000/s", .constant(perSecond: 200_000)),
        ("Poisson", "{ poisson: 500/s }", .poisson(perSecond: 500)),
        ("a ramp", "{ ramp: { from: 0/s, to: 2000/s } }", .ramp(fromPerSecond: 0, toPerSecond: 2000)),
        (
            "steps", "{ steps: [ { rate: 5/s, for: 2s }, { rate: 0/s, for: 1ms } ] }",
            .steps([
                RateStep(perSecond: 5, lasting: .seconds(2)),
                RateStep(perSecond: 0, lasting: .milliseconds(1)),
            ])
        ),
        (
            "a sine", "{ sine: { mean: 500/s, amplitude: 400/s, period: 60s } }",
            .sine(SineRate(meanPerSecond: 500, amplitudePerSecond: 400, period: .seconds(60)))
        ),
    ])
    func `rates have these forms`(_ form: String, _ text: String, _ expected: ArrivalProcess) throws {
        let load = try plan(replacing: "rate: 500/s", with: "rate: \(text)").loads.first
        #expect(load?.arrivals == expected, "\(form)")
    }

    @Test(arguments: [
        ("no key", "", []),
        ("an empty list is the default, written out", "capture: []\n", []),
        ("one host", "capture: client\n", ["client"]),
        ("a list, in its order", "capture: [web2, client]\n", ["web2", "client"]),
        ("a list in a block", "capture:\n  - client\n  - web1\n", ["client", "web1"]),
    ])
    func `captures have these forms`(_ form: String, _ text: String, _ expected: [String]) throws {
        let plan = try plan(replacing: "duration: 10s\n", with: text + "duration: 10s\n")
        #expect(plan.captures == expected, "\(form)")
    }

    @Test func `anchors and aliases are read in their places`() throws {
        let yaml = BadFile.base
            .replacing("from: client", with: "from: &from client")
            .replacing("on: web1, delay", with: "on: *from, delay")
        let fault = try Plan(yaml: yaml, fileName: "web.yaml").faults.first
        guard case .impairment(let on, _, _, _)? = fault?.kind else {
            Issue.record("no delay")
            return
        }
        #expect(on == .hosts(["client"]))
    }

    @Test func `nines are an objective`() throws {
        let nines = try plan(replacing: "objective: \"99.9\"", with: "nines: 4").targets.availability.first
        #expect(nines?.objective == ExactDecimal(significand: 9999, exponent: -2))
    }

    @Test func `an objective is exact to its last digit`() throws {
        let target = try plan(replacing: "\"99.9\"", with: "99.99999999999999").targets.availability.first
        #expect(target?.objective == ExactDecimal(significand: 9_999_999_999_999_999, exponent: -14))
    }

    @Test func `half-open spans that touch do not fight`() throws {
        let next = "  - { name: jam, at: 4s, for: 2s, on: web1, loss: { share: 1% } }\ntargets:"
        #expect(try plan(replacing: "targets:", with: next).faults.count == 3)
    }

    @Test func `faults on other paths do not fight`() throws {
        let next = "  - { name: jam, at: 2s, for: 2s, on: web2, loss: { share: 1% } }\ntargets:"
        #expect(try plan(replacing: "targets:", with: next).faults.count == 3)
    }

    @Test func `the folder of files is the file's name, or what the file says`() throws {
        #expect(try Plan(yaml: BadFile.base, fileName: "a/b.c/web.one.yml").filesFolder == "web.one")
        #expect(
            try plan(replacing: "name: web\n", with: "name: web\nfiles: shared/web\n").filesFolder
                == "shared/web"
        )
    }
}

extension RequestPlan {
    var http: HTTPRequestPlan? {
        guard case .http(let http) = self else { return nil }
        return http
    }
}
