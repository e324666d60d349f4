import AgentProtocol
import Faults
import Impairments
import Measures
import Packetfilter
import SwiftProtobuf

// Packet faults from the wire. What comes from outside is checked again here: an agent trusts no coordinator.

extension Share {
    init(wire attos: UInt64, _ what: String) throws {
        guard let share = Share(attos: attos) else { throw WireError("\(what) of \(attos) / 10^18") }
        self = share
    }
}

extension Chance {
    init(_ wire: Faultline_Agent_V1_Chance, _ what: String) throws {
        self.init(
            try Share(wire: wire.shareAttos, what),
            correlation: try Share(wire: wire.correlationAttos, "a correlation")
        )
    }
}

extension Impairment {
    private static let longestLatency = Duration.seconds(3600).nanoseconds
    /// The kernel keeps these in 31 bits.
    private static let longestJitter = Int64(Int32.max)

    init(_ wire: Faultline_Agent_V1_Impair) throws {
        guard (0...Self.longestLatency).contains(wire.latencyNs),
            (0...Self.longestJitter).contains(wire.jitterNs), wire.jitterNs <= wire.latencyNs
        else { throw WireError("a delay of \(wire.latencyNs) ns ± \(wire.jitterNs) ns") }
        self.init(
            latency: Duration(nanoseconds: wire.latencyNs),
            jitter: Duration(nanoseconds: wire.jitterNs),
            distribution: try DelayDistribution(wire),
            delayCorrelation: try Share(wire: wire.delayCorrelationAttos, "a correlation"),
            reordering: wire.hasReordering ? try Reordering(wire.reordering) : nil,
            loss: try LossModel(wire.loss),
            duplicate: wire.hasDuplicate ? try Chance(wire.duplicate, "a share of duplicates") : .never,
            corrupt: wire.hasCorrupt ? try Chance(wire.corrupt, "a share of corruption") : .never,
            rate: wire.hasRate ? try LineRate(wire.rate) : nil,
            slots: wire.hasSlots ? try Slots(wire.slots) : nil
        )
        guard self != Impairment() else { throw WireError("an impairment of nothing") }
        guard reordering == nil || latency > .zero else {
            throw WireError("reordering without a latency, so that nothing can be overtaken")
        }
    }
}

extension DelayDistribution {
    fileprivate init(_ wire: Faultline_Agent_V1_Impair) throws {
        switch wire.distribution {
        case "uniform", "": self = .uniform
        case "normal": self = .normal
        case "pareto": self = .pareto
        case "paretonormal": self = .paretoNormal
        case "table":
            let entries = wire.table.compactMap { Int16(exactly: $0) }
            guard (1...16384).contains(entries.count), entries.count == wire.table.count else {
                throw WireError("a distribution's table of \(wire.table.count) entries")
            }
            self = .entries(entries)
        default: throw WireError("the distribution \(wire.distribution)")
        }
    }
}

extension Reordering {
    fileprivate init(_ wire: Faultline_Agent_V1_Reordering) throws {
        guard (1...1_000_000).contains(wire.gap) else { throw WireError("a reordering gap of \(wire.gap)") }
        let chance = try Chance(wire.chance, "a share of reordering")
        self.init(share: chance.share, correlation: chance.correlation, gap: wire.gap)
    }
}

extension LossModel {
    fileprivate init(_ wire: Faultline_Agent_V1_Impair.OneOf_Loss?) throws {
        let share = { try Share(wire: $0, "a loss") }
        switch wire {
        case nil: self = .none
        case .randomLoss(let chance):
            let chance = try Chance(chance, "a loss")
            self = .random(chance.share, correlation: chance.correlation)
        case .gilbertElliott(let model):
            self = .gilbertElliott(
                toBad: try share(model.toBad),
                toGood: try share(model.toGood),
                lossInBad: try share(model.lossInBad),
                lossInGood: try share(model.lossInGood)
            )
        case .fourState(let model):
            self = .fourState(
                p13: try share(model.p13),
                p31: try share(model.p31),
                p32: try share(model.p32),
                p23: try share(model.p23),
                p14: try share(model.p14)
            )
        }
    }
}

extension LineRate {
    fileprivate init(_ wire: Faultline_Agent_V1_LineRate) throws {
        guard (8...10_000_000_000_000).contains(wire.bitsPerSecond), wire.burstBytes <= 1 << 30,
            wire.limit <= 1_000_000, (-1000...1000).contains(wire.packetOverhead)
        else {
            throw WireError("a rate of \(wire.bitsPerSecond) bit/s, burst \(wire.burstBytes) bytes")
        }
        self.init(
            bitsPerSecond: wire.bitsPerSecond,
            burst: wire.burstBytes,
            limit: wire.limit == 0 ? nil : wire.limit,
            packetOverhead: wire.packetOverhead
        )
    }
}

extension Slots {
    fileprivate init(_ wire: Faultline_Agent_V1_Slots) throws {
        let longest = Duration.seconds(60).nanoseconds
        guard wire.minimumNs > 0, wire.minimumNs <= wire.maximumNs, wire.maximumNs <= longest,
            wire.packets <= 1_000_000, wire.bytes <= 1 << 30
        else { throw WireError("slots of \(wire.minimumNs) to \(wire.maximumNs) ns") }
        self.init(
            minimum: Duration(nanoseconds: wire.minimumNs),
            maximum: Duration(nanoseconds: wire.maximumNs),
            packets: wire.packets,
            bytes: wire.bytes
        )
    }
}
