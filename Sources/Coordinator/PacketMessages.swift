import AgentProtocol
import Impairments
import Measures
import Plan
import SwiftProtobuf

// Packet faults on the wire. Decoding is the agent's (Agent/PacketDecoding.swift); a round trip is tested.

extension Faultline_Agent_V1_Traffic {
    /// All but the peers, which are resolved for each host.
    init(_ plan: TrafficPlan) {
        self.init()
        `protocol` = plan.transport?.rawValue ?? ""
        ports = plan.ports.map { range in
            .with {
                $0.first = UInt32(range.lowerBound)
                $0.last = UInt32(range.upperBound)
            }
        }
        interface = plan.interface ?? ""
        direction = plan.direction.rawValue
        cgroup = plan.cgroup ?? ""
        user = plan.user ?? ""
        flowsAttos = plan.flows.attos
    }
}

extension Faultline_Agent_V1_Impair {
    init(_ asked: Impairment, traffic: Faultline_Agent_V1_Traffic) {
        self.init()
        self.traffic = traffic
        latencyNs = asked.latency.nanoseconds
        jitterNs = asked.jitter.nanoseconds
        switch asked.distribution {
        case .uniform: distribution = "uniform"
        case .normal: distribution = "normal"
        case .pareto: distribution = "pareto"
        case .paretoNormal: distribution = "paretonormal"
        case .entries(let entries):
            distribution = "table"
            table = entries.map { Int32($0) }
        }
        delayCorrelationAttos = asked.delayCorrelation.attos
        if let asked = asked.reordering {
            reordering.chance = .init(Chance(asked.share, correlation: asked.correlation))
            reordering.gap = asked.gap
        }
        switch asked.loss {
        case .none: break
        case .random(let share, let correlation):
            randomLoss = .init(Chance(share, correlation: correlation))
        case .gilbertElliott(let toBad, let toGood, let bad, let good):
            gilbertElliott.toBad = toBad.attos
            gilbertElliott.toGood = toGood.attos
            gilbertElliott.lossInBad = bad.attos
            gilbertElliott.lossInGood = good.attos
        case .fourState(let p13, let p31, let p32, let p23, let p14):
            fourState.p13 = p13.attos
            fourState.p31 = p31.attos
            fourState.p32 = p32.attos
            fourState.p23 = p23.attos
            fourState.p14 = p14.attos
        }
        if asked.duplicate != .never { duplicate = .init(asked.duplicate) }
        if asked.corrupt != .never { corrupt = .init(asked.corrupt) }
        if let asked = asked.rate {
            rate.bitsPerSecond = asked.bitsPerSecond
            rate.burstBytes = asked.burst
            rate.limit = asked.limit ?? 0
            rate.packetOverhead = asked.packetOverhead
        }
        if let asked = asked.slots {
            slots.minimumNs = asked.minimum.nanoseconds
            slots.maximumNs = asked.maximum.nanoseconds
            slots.packets = asked.packets
            slots.bytes = asked.bytes
        }
    }
}

extension Faultline_Agent_V1_Chance {
    init(_ chance: Chance) {
        self.init()
        shareAttos = chance.share.attos
        correlationAttos = chance.correlation.attos
    }
}
