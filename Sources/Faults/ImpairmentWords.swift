import Impairments
import Measures

extension Impairment {
    /// As tc-netem(8) would write it, with exact values: "delay 100ms 10ms normal loss 0.05%".
    package var words: String {
        var parts: [String] = []
        if latency > .zero || jitter > .zero {
            parts.append("delay \(latency.text)")
            if jitter > .zero { parts.append(jitter.text) }
            if delayCorrelation != .zero { parts.append(delayCorrelation.percentText) }
            if jitter > .zero, distribution != .uniform { parts.append("distribution \(distribution.name)") }
        }
        if let loss = loss.words { parts.append(loss) }
        for (name, chance) in [("duplicate", duplicate), ("corrupt", corrupt)] where chance != .never {
            parts.append("\(name) \(chance.words)")
        }
        if let reordering {
            let chance = Chance(reordering.share, correlation: reordering.correlation)
            parts.append("reorder \(chance.words) gap \(reordering.gap)")
        }
        if let rate {
            parts.append("rate \(rate.bitsPerSecond)bit")
            if rate.burst > 0 { parts.append("burst \(rate.burst)b") }
            if rate.packetOverhead != 0 { parts.append("overhead \(rate.packetOverhead)") }
            if let limit = rate.limit { parts.append("limit \(limit)") }
        }
        if let slots {
            parts.append("slot \(slots.minimum.text) \(slots.maximum.text)")
            if slots.packets > 0 { parts.append("packets \(slots.packets)") }
            if slots.bytes > 0 { parts.append("bytes \(slots.bytes)") }
        }
        return parts.joined(separator: " ")
    }
}

extension Chance {
    fileprivate var words: String {
        share.percentText + (correlation == .zero ? "" : " \(correlation.percentText)")
    }
}

extension DelayDistribution {
    package var name: String {
        switch self {
        case .uniform: "uniform"
        case .normal: "normal"
        case .pareto: "pareto"
        case .paretoNormal: "paretonormal"
        case .entries(let entries): "own table of \(entries.count)"
        }
    }
}

extension LossModel {
    /// nil: none.
    fileprivate var words: String? {
        switch self {
        case .none: nil
        case .random(let share, let correlation):
            "loss \(Chance(share, correlation: correlation).words)"
        case .gilbertElliott(let toBad, let toGood, let lossInBad, let lossInGood):
            "loss gemodel "
                + [toBad, toGood, lossInBad, lossInGood].map(\.percentText).joined(separator: " ")
        case .fourState(let p13, let p31, let p32, let p23, let p14):
            "loss state " + [p13, p31, p32, p23, p14].map(\.percentText).joined(separator: " ")
        }
    }
}
