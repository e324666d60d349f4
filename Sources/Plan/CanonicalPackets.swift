import Impairments
import Measures

/// Packet faults in canonical text: what a kind always had is always written, so that digests stay what they are; what
/// came later is written where it differs from its default.
extension CanonicalText {
    static func impairment(_ kind: ImpairmentKind, _ asked: Impairment) -> [(String, String?)] {
        var pairs: [(String, String?)]
        switch kind {
        case .delay: pairs = delay(asked)
        case .loss: pairs = loss(asked.loss)
        case .duplicate: pairs = chance(asked.duplicate)
        case .corrupt: pairs = chance(asked.corrupt)
        case .rate: pairs = asked.rate.map(rate) ?? []
        case .slots: pairs = asked.slots.map(slots) ?? []
        }
        for key in kind.combined {
            switch key {
            case "loss" where kind == .delay:
                if case .random(let share, .zero) = asked.loss {
                    pairs.append(("loss", share.percentText))
                } else {
                    pairs.append(("loss", asked.loss == .none ? "0%" : map(loss(asked.loss))))
                }
            case "loss" where asked.loss != .none: pairs.append(("loss", map(loss(asked.loss))))
            case "duplicate" where asked.duplicate != .never:
                pairs.append(("duplicate", map(chance(asked.duplicate))))
            case "corrupt" where asked.corrupt != .never:
                pairs.append(("corrupt", map(chance(asked.corrupt))))
            case "rate": if let rate = asked.rate { pairs.append(("rate", map(self.rate(rate)))) }
            case "slots": if let slots = asked.slots { pairs.append(("slots", map(self.slots(slots)))) }
            default: break
            }
        }
        return pairs
    }

    private static func delay(_ asked: Impairment) -> [(String, String?)] {
        let reordering = asked.reordering.map { reordering in
            map([
                ("share", reordering.share.percentText), ("correlation", optional(reordering.correlation)),
                ("gap", reordering.gap == 1 ? nil : "\(reordering.gap)"),
            ])
        }
        return [
            ("latency", asked.latency.text), ("jitter", asked.jitter.text),
            ("distribution", distribution(asked.distribution)),
            ("correlation", optional(asked.delayCorrelation)), ("reorder", reordering),
        ]
    }

    private static func distribution(_ distribution: DelayDistribution) -> String {
        switch distribution {
        case .uniform: "uniform"
        case .normal: "normal"
        case .pareto: "pareto"
        case .paretoNormal: "paretonormal"
        case .entries(let entries): list(entries.map(String.init))
        }
    }

    private static func loss(_ loss: LossModel) -> [(String, String?)] {
        switch loss {
        case .none: []
        case .random(let share, let correlation): chance(Chance(share, correlation: correlation))
        case .gilbertElliott(let p, let r, let bad, let good):
            [
                (
                    "gilbert-elliott",
                    map([
                        ("p", p.percentText), ("r", r.percentText), ("1-h", bad.percentText),
                        ("1-k", good.percentText),
                    ])
                )
            ]
        case .fourState(let p13, let p31, let p32, let p23, let p14):
            [
                (
                    "four-state",
                    map([
                        ("p13", p13.percentText), ("p31", p31.percentText), ("p32", p32.percentText),
                        ("p23", p23.percentText), ("p14", p14.percentText),
                    ])
                )
            ]
        }
    }

    private static func chance(_ chance: Chance) -> [(String, String?)] {
        [("share", chance.share.percentText), ("correlation", optional(chance.correlation))]
    }

    private static func rate(_ rate: LineRate) -> [(String, String?)] {
        [
            ("bandwidth", "\(rate.bitsPerSecond)bit"), ("burst", rate.burst == 0 ? nil : "\(rate.burst)B"),
            ("queue", rate.limit.map(String.init)),
            ("overhead", rate.packetOverhead == 0 ? nil : "\(rate.packetOverhead)"),
        ]
    }

    private static func slots(_ slots: Slots) -> [(String, String?)] {
        [
            ("gap", list([slots.minimum.text, slots.maximum.text])),
            ("packets", slots.packets == 0 ? nil : "\(slots.packets)"),
            ("bytes", slots.bytes == 0 ? nil : "\(slots.bytes)B"),
        ]
    }

    /// nil: zero, the default.
    private static func optional(_ share: Share) -> String? { share == .zero ? nil : share.percentText }

    /// `usual`: the direction that goes without saying.
    static func traffic(_ traffic: TrafficPlan, usual: TrafficPlan.Direction = .egress) -> [(String, String?)]
    {
        let peers = traffic.peers.isEmpty ? nil : list(traffic.peers.map { quote($0.text) })
        let isUsual = traffic.direction == usual
        // `to` from before there were directions, `peers` with a direction otherwise.
        return [
            ("to", isUsual ? peers : nil), ("peers", isUsual ? nil : peers),
            ("direction", isUsual ? nil : traffic.direction.rawValue),
            ("ports", traffic.ports.isEmpty ? nil : list(traffic.ports.map(\.text))),
            ("protocol", traffic.transport?.rawValue), ("interface", traffic.interface.map(quote)),
            ("cgroup", traffic.cgroup.map(quote)), ("user", traffic.user.map(quote)),
            ("container", traffic.container.map(container)),
            ("flows", traffic.flows == .one ? nil : traffic.flows.percentText),
        ]
    }

    static func partition(_ partition: PartitionPlan) -> [(String, String?)] {
        let hosts = { (names: [String]) in list(names.map(quote)) }
        switch partition {
        case .sides(let from, let to, let bothWays):
            let (from, to) = (hosts(from), hosts(to))
            return bothWays ? [("between", list([from, to]))] : [("from", from), ("to", to)]
        case .map(let drops): return [("drop", map(drops.map { (quote($0.host), hosts($0.from)) }))]
        case .shape(let shape, let of): return [("shape", shape.rawValue), ("of", hosts(of))]
        }
    }
}
