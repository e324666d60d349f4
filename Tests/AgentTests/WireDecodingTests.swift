import AgentProtocol
import Impairments
import Measures
import Plan
import SwiftProtobuf
import Testing

@testable import Agent

/// An agent trusts no coordinator: what no valid plan makes is refused, and nothing that arrives can trap it.
@Suite struct WireDecodingTests {
    private static let plan = LoadPlan(
        name: "browse",
        from: "client",
        request: .http(
            HTTPRequestPlan(
                method: "GET",
                address: HTTPAddress(host: "lb", port: 80, path: "/"),
                headers: [HTTPField(name: "Accept", value: "a: \"b\" # c")],
                body: "",
                timeout: .seconds(1)
            )
        ),
        arrivals: .constant(perSecond: 1.0 / 3),
        good: GoodCriterion(statuses: 200...399, within: nil),
        connections: 10_000
    )
    private var load: Faultline_Agent_V1_Load { .with { $0.file = Self.plan.fileText } }

    @Test func `a load arrives as the plan that it was, but for the host that sends`() throws {
        let plan = try LoadPlan(load)
        #expect(plan.senders == LoadSenders(LoadPlan.thisHost))
        #expect(plan.request == Self.plan.request)
        #expect(plan.arrivals == Self.plan.arrivals)
        #expect(plan.good == Self.plan.good)
        #expect(plan.connections == Self.plan.connections)
    }

    @Test(
        arguments: [
            ("port 0", ":80/", ":0/"), ("a rate below zero", "rate: 0.3", "rate: -0.3"),
            ("no file at all", "faultline: 1", ""),
            ("no connections", "connections: 10000", "connections: 0"),
            ("two loads", "load: {", "load: { \"other\": { http: { url: \"http://lb/\" }, rate: 1/s },"),
        ]
    )
    func `a load that no plan makes is refused`(reason: String, valid: String, wrong: String) {
        var wire = load
        wire.file = wire.file.replacing(valid, with: wrong)
        #expect(wire != load || reason == "port 0")
        if wire != load { #expect(throws: WireError.self) { try LoadPlan(wire) } }
    }

    @Test(arguments: ["distribution", "loss above one", "negative latency", "a week of jitter"])
    func `a delay that no plan makes is refused`(what: String) {
        var wire = Faultline_Agent_V1_Impair()
        wire.distribution = "uniform"
        wire.latencyNs = 1_000_000
        switch what {
        case "distribution": wire.distribution = "chi-squared"
        case "loss above one": wire.randomLoss.shareAttos = .max
        case "negative latency": wire.latencyNs = -1
        default: wire.jitterNs = 604_800_000_000_000
        }
        #expect(throws: WireError.self) { try Impairment(wire) }
    }

    /// 20,000 mutated messages: decoding and checking may refuse, never trap.
    @Test func `mutated bytes are refused or taken, and never end the agent`() throws {
        var begin = Faultline_Agent_V1_BeginRequest()
        begin.run = "run"
        begin.endNs = 90_000_000_000
        begin.loads = [load]
        begin.faults = [
            .with {
                $0.id = "slow#1"
                $0.impair = .with {
                    $0.latencyNs = 100_000_000
                    $0.distribution = "normal"
                    $0.traffic.peers = [.with { $0.address = "10.77.0.13" }]
                }
            }
        ]
        let valid = [UInt8](try begin.serializedData())
        var generator = SeededGenerator(seed: 1)
        var refused = 0
        for _ in 0..<20_000 {
            var bytes = valid
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                let at = Int.random(in: 0..<bytes.count, using: &generator)
                bytes[at] = UInt8.random(in: 0...255, using: &generator)
            }
            if Bool.random(using: &generator) {
                bytes.removeLast(Int.random(in: 0..<bytes.count, using: &generator))
            }
            do {
                let message = try Faultline_Agent_V1_BeginRequest(serializedBytes: bytes)
                for load in message.loads { _ = try LoadPlan(load) }
                for fault in message.faults { _ = try Impairment(fault.impair) }
            } catch {
                refused += 1
            }
        }
        #expect(refused > 1_000)
    }
}
