import Impairments
import Measures
import Plan
package import Schedule

extension ScheduledFault.Action {
    /// For people: "delay 100ms ± 10ms on web1 to lb".
    package var words: String {
        switch self {
        case .impairment(let hosts, _, let asked, let traffic):
            asked.summary + Self.on(hosts) + traffic.words
        case .partition(let partition, let drops, let traffic):
            "partition \(partition.words(drops))" + traffic.filterWords
        case .reset(let hosts, let traffic): "reset of connections" + Self.on(hosts) + traffic.words
        case .kill(let hosts, let kill):
            "kill \(kill.target.words) with SIG\(kill.signal)" + Self.on(hosts)
                + (kill.restartAfter.map { ", restart after \($0.text)" } ?? "")
        case .pause(let hosts, let pause):
            "pause \(pause.target.words)" + (pause.way == .freezer ? " by its cgroup" : "") + Self.on(hosts)
        case .restart(let hosts, let target): "restart \(target.words)" + Self.on(hosts)
        case .stress(let hosts, let stress): "stress \(stress.words)" + Self.on(hosts)
        case .limit(let hosts, let limit): "limit \(limit.target.words) to \(limit.words)" + Self.on(hosts)
        }
    }

    private static func on(_ hosts: [String]) -> String {
        hosts.isEmpty ? "" : " on \(hosts.brief(separator: ", "))"
    }
}

extension [String] {
    /// More are counted: whoever reads of hundreds of hosts finds all of them in the plan.
    private static var most: Int { 24 }
    private static var shown: Int { 8 }

    fileprivate func brief(separator: String) -> String {
        guard count > Self.most else { return joined(separator: separator) }
        return prefix(Self.shown).joined(separator: separator) + " and \(count - Self.shown) more"
    }
}

extension Impairment {
    /// Short, for a fault's band: "delay 100ms ± 10ms and loss 1%".
    fileprivate var summary: String {
        var parts: [String] = []
        if latency > .zero {
            parts.append("delay \(latency.text)" + (jitter > .zero ? " ± \(jitter.text)" : ""))
        }
        switch loss {
        case .none: break
        case .random(let share, _): parts.append("loss \(share.percentText)")
        case .gilbertElliott: parts.append("loss in bursts (Gilbert-Elliott)")
        case .fourState: parts.append("loss in bursts (4 states)")
        }
        if duplicate != .never { parts.append("duplicates \(duplicate.share.percentText)") }
        if corrupt != .never { parts.append("corruption \(corrupt.share.percentText)") }
        if let reordering { parts.append("reorder \(reordering.share.percentText)") }
        if let rate { parts.append("rate \(rate.bitsPerSecond.bitRateText)") }
        if slots != nil { parts.append("slots") }
        return parts.joined(separator: " and ")
    }
}

extension PartitionPlan {
    fileprivate func words(_ drops: [Drop]) -> String {
        switch self {
        case .sides(let from, let to, let bothWays):
            return from.brief(separator: ", ") + (bothWays ? " | " : " → ") + to.brief(separator: ", ")
        case .map(let drops): return Self.words(drops)
        case .shape(let shape, _): return "\(shape.rawValue): \(Self.words(drops))"
        }
    }

    private static func words(_ drops: [Drop]) -> String {
        drops.map { "\($0.host) drops \($0.from.brief(separator: ", "))" }.brief(separator: "; ")
    }
}

extension TrafficPlan {
    /// Without peers and direction, which the partition has said.
    fileprivate var filterWords: String {
        var plain = self
        plain.peers = []
        plain.direction = .egress
        return plain.words
    }
}

extension StressPlan {
    package var words: String {
        var parts: [String] = []
        if let processor {
            parts.append("\(processor.workers) × \(processor.load.percentText) CPU")
        }
        switch memory {
        case .bytes(let bytes): parts.append("memory \(bytes.sizeText)")
        case .share(let share): parts.append("memory \(share.percentText)")
        case nil: break
        }
        if let disk { parts.append("disk \(disk.folder) full but for \(disk.leave.sizeText)") }
        if let traffic { parts.append("I/O in \(traffic.folder) by \(traffic.workers)") }
        return parts.joined(separator: " and ")
    }
}

extension LimitPlan {
    package var words: String {
        var parts: [String] = []
        if let milliprocessors { parts.append("\((Double(milliprocessors) / 1000).fixed(3)) CPU") }
        if let memory { parts.append("memory \(memory.sizeText)") }
        if let readBytes { parts.append("read \(readBytes.sizeText)/s") }
        if let writeBytes { parts.append("write \(writeBytes.sizeText)/s") }
        if let readOperations { parts.append("\(readOperations) reads/s") }
        if let writeOperations { parts.append("\(writeOperations) writes/s") }
        return parts.joined(separator: ", ")
    }
}
