import Measures

/// Rules as nft(8) writes them, as far as it has words for them. A window is given by its meaning, not by its instants,
/// so that a plan and what was made of it read the same.

extension FilterTable {
    /// "table ip faultline-slow, owner", then its chains and their rules, indented by two spaces a level.
    package var lines: [String] {
        ["table \(family.name) \(name), owner"]
            + chains.flatMap { $0.lines(family: family) }.map { "  \($0)" }
    }
}

extension FilterChain {
    fileprivate func lines(family: TableFamily) -> [String] {
        let device = interface.map { " device \"\($0)\"" } ?? ""
        return ["chain \(name): hook \(hook.name)\(device) priority \(priority)"]
            + rules.map { "  \($0.text)" }
    }
}

extension PacketRule {
    /// In the order in which the kernel does it; see `expressions`.
    package var text: String {
        var words = match.words
        // What is spared is spared always; what acts, acts in its window.
        if !verdict.accepts { words.append("meta time in the window") }
        if let flows = match.flows { words.append(flows.text) }
        if let share = match.share { words.append("numgen random < \(share.percentText)") }
        if let condition = verdict.conditionText { words.append(condition) }
        if counter { words.append("counter") }
        words.append(verdict.text)
        if let comment { words.append("comment \"\(comment)\"") }
        return words.joined(separator: " ")
    }
}

extension PacketMatch {
    fileprivate var words: [String] {
        var words: [String] = []
        for (prefixes, end) in [(sources, "saddr"), (destinations, "daddr")] {
            guard let first = prefixes.first, !prefixes.contains(where: \.isEverything) else { continue }
            words.append(
                "\(first.isIPv6 ? "ip6" : "ip") \(end) \(Self.either(prefixes.map(\.description)))"
            )
        }
        for (name, key) in [(inputInterface, "iifname"), (outputInterface, "oifname")] {
            if let name { words.append("\(key) \"\(name)\"") }
        }
        if let transport {
            words.append("meta l4proto \(transport.name)")
            for (ports, end) in [(sourcePorts, "sport"), (destinationPorts, "dport")] where !ports.isEmpty {
                words.append("\(transport.name) \(end) \(Self.either(ports.map(Self.text)))")
            }
            if let icmpTypes { words.append("\(transport.name) type \(Self.text(icmpTypes))") }
        }
        if let user { words.append("meta skuid \(user)") }
        if let cgroup { words.append("socket cgroupv2 level \(cgroup.level) inode \(cgroup.identifier)") }
        return words
    }

    private static func either(_ values: [String]) -> String {
        values.count == 1 ? values[0] : "{ \(values.joined(separator: ", ")) }"
    }

    private static func text(_ range: ClosedRange<some BinaryInteger>) -> String {
        range.lowerBound == range.upperBound
            ? "\(range.lowerBound)" : "\(range.lowerBound)-\(range.upperBound)"
    }
}

extension PacketMatch.Transport {
    fileprivate var name: String {
        switch self {
        case .icmp: "icmp"
        case .tcp: "tcp"
        case .udp: "udp"
        case .icmp6: "icmpv6"
        default: "\(rawValue)"
        }
    }
}

extension FlowShare {
    /// "jhash of whole packets' addresses and ports seed 0x1f < 10%".
    fileprivate var text: String {
        let what =
            switch key {
            case .ports: "whole packets' addresses and ports"
            case .fragments: "fragments' addresses"
            case .portless: "portless packets' addresses"
            }
        return "jhash of \(what) seed 0x\(String(seed, radix: 16)) < \(share.percentText)"
    }
}

extension PacketVerdict {
    fileprivate var accepts: Bool {
        switch self {
        case .accept, .acceptReturned, .acceptOthers: true
        default: false
        }
    }

    fileprivate var conditionText: String? {
        switch self {
        case .queueCopy(let number): "mark of a copy for queue \(number)"
        case .copyAndVanish: "no mark of a copy"
        case .makeTwin: "mark of a wanted twin"
        case .queueTwin(let number): "mark of a twin for queue \(number)"
        case .steer(let from?, _): "meta priority \(Self.classText(from))"
        case .steer(nil, let to): "meta priority no class of \(Self.qdiscText(UInt16(to >> 16)))"
        case .detour(let major, _), .detourAndReturn(let major, _):
            "meta priority a class of \(Self.qdiscText(major))"
        case .acceptReturned: "mark of a returned packet"
        case .acceptOthers(let family): "meta protocol != \(family.name)"
        case .drop, .accept, .queue, .vanish, .setPriority: nil
        }
    }

    fileprivate var text: String {
        switch self {
        case .drop: "drop"
        case .accept, .acceptOthers, .acceptReturned(clearing: false): "accept"
        case .acceptReturned(clearing: true): "unmark accept"
        case .queue(let number, let bypass): "queue to \(number)\(bypass ? " bypass" : "")"
        case .vanish: "queue to nobody (it vanishes)"
        case .copyAndVanish(let number): "dup with the mark of queue \(number), then queue to nobody"
        case .queueCopy(let number): "unmark queue to \(number) bypass"
        case .makeTwin(let number, _): "dup with the mark of a twin, queue to \(number) bypass"
        case .queueTwin(let number): "queue to \(number) bypass"
        case .setPriority(let to), .steer(_, let to): "meta priority set \(Self.classText(to))"
        case .detour: "fwd to the detour"
        case .detourAndReturn: "mark fwd to the detour"
        }
    }

    /// "fa17:10", as tc writes a handle.
    private static func classText(_ number: UInt32) -> String {
        String(number >> 16, radix: 16) + ":" + String(number & 0xffff, radix: 16)
    }

    private static func qdiscText(_ major: UInt16) -> String { String(major, radix: 16) + ":" }
}
