import AgentProtocol
import Impairments
import Measures
import Plan
import SwiftProtobuf
import Testing

@testable import Agent

/// An agent trusts no coordinator: what no valid plan makes is refused, and nothing that arrives can trap it.
@Suite struct WireDecodingTests {
    private var load: Faultline_Agent_V1_Load {
        .with {
            $0.name = "browse"
            $0.method = "GET"
            $0.address = .with {
                $0.host = "lb"
                $0.port = 80
                $0.path = "/"
            }
            $0.timeoutNs = 1_000_000_000
            $0.constantPerSecond = 500
            $0.goodStatusFrom = 200
            $0.goodStatusTo = 399
            $0.connections = 64
        }
    }

    @Test func `a load that a plan makes is taken as it is`() throws {
        let plan = try LoadPlan(load)
        #expect(plan.request.address.text == "http://lb/")
        #expect(plan.arrivals == .constant(perSecond: 500))
        #expect(plan.good.statuses == 200...399)
        #expect(plan.good.within == nil)
    }

    @Test(arguments: [
        "port 0", "port 70000", "no path", "negative rate", "rate that is no number", "statuses swapped",
        "no time-out", "no connections",
    ])
    func `a load that no plan makes is refused`(what: String) {
        var wire = load
        switch what {
        case "port 0": wire.address.port = 0
        case "port 70000": wire.address.port = 70_000
        case "no path": wire.address.path = ""
        case "negative rate": wire.constantPerSecond = -1
        case "rate that is no number": wire.poissonPerSecond = .nan
        case "statuses swapped": (wire.goodStatusFrom, wire.goodStatusTo) = (399, 200)
        case "no time-out": wire.timeoutNs = 0
        default: wire.connections = 0
        }
        #expect(throws: WireError.self) { try LoadPlan(wire) }
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
