import Impairments
import Measures
import Netlink
import Packetfilter

/// Where a fault's packets are to be steered: its classes on one detour, and what is below them. Pure.
struct NetemPlace {
    /// One class, with the qdiscs of all faults that meet in it, from the outermost inwards.
    struct Class: Equatable {
        let number: Int
        let qdiscs: [Qdisc]
    }

    let number: Int32
    let steps: [NetemCombinations.Step]
    let classes: [Class]
    let detour: Detour

    init(
        _ admission: NetemCombinations.Admission,
        among combinations: NetemCombinations,
        on detour: Detour,
        seed: UInt64
    ) {
        number = admission.number
        steps = admission.steps
        self.detour = detour
        classes = admission.combinations.map { combination in
            let qdiscs = combinations.seededQdiscs(of: combination, seed: seed).map(\.qdisc)
            return Class(number: combination.number, qdiscs: qdiscs)
        }
    }

    /// For people: "class fa17:10 on fl-e-eth0".
    var words: String {
        let handles = classes.map { DelayTree.classHandle($0.number).description }
        return "class \(handles.joined(separator: ", ")) on \(detour.nearName)"
    }

    /// The detour, and what this fault adds to it, as tc(8) would name it.
    var lines: [String] {
        detour.lines
            + classes.flatMap { entry in
                ["class \(DelayTree.classHandle(entry.number)) of \(detour.nearName): htb"]
                    + entry.qdiscs.enumerated().map { depth, qdisc in
                        "  qdisc \(DelayTree.qdiscHandle(entry.number, depth: depth)) \(qdisc.words)"
                    }
            }
    }
}

extension NetemCombinations {
    /// Each netem draws for itself. From the outermost inwards.
    func seededQdiscs(of combination: Combination, seed: UInt64) -> [(fault: Int32, qdisc: Qdisc)] {
        qdiscs(of: combination).map { fault, qdisc in
            guard case .netem(var spec) = qdisc, let id = faults[fault]?.id else { return (fault, qdisc) }
            spec.seed = DerivedSeed.of(seed, "\(id) \(combination.number)")
            return (fault, .netem(spec))
        }
    }
}

extension Detour {
    /// What there is of it before any fault is on it. It is made for the first fault of a run, and stays until its end.
    fileprivate var lines: [String] {
        let (way, name) = (direction == .leaving ? "leaving" : "arriving", interface.name)
        let side = direction == .leaving ? "egress" : "ingress"
        return [
            "detour of what is \(way) at \(name), made once for the run: link \(nearName) veth peer \(farName)",
            "  qdisc \(DelayTree.handle) of \(nearName): htb root, without a default class",
            "  filter of \(farName): clsact ingress, all packets, redirect to \(side) of \(name)",
        ] + handingOver(to: DelayTree(link: 0)).lines.map { "  \($0)" }
    }

    /// The table that hands steered packets to the near end. Behind all that steers. What arrives a second time is let
    /// through.
    func handingOver(to tree: DelayTree) -> FilterTable {
        let (major, comment) = (DelayTree.handle.major, "to \(nearName)")
        let isLeaving = direction == .leaving
        let rules =
            isLeaving
            ? [PacketRule(verdict: .detour(major: major, link: tree.link), comment: comment)]
            : [
                PacketRule(verdict: .acceptReturned(clearing: true), comment: "from \(farName)"),
                PacketRule(verdict: .detourAndReturn(major: major, link: tree.link), comment: comment),
            ]
        let chain = FilterChain(
            name: "detour",
            hook: isLeaving ? .egress : .ingress,
            priority: .max,
            rules: rules,
            interface: interface.name
        )
        return FilterTable(name: tableName, family: .netdev, chains: [chain])
    }

    var tableName: String { "faultline-\(nearName)" }
}

extension Qdisc {
    /// "netem limit 1489 delay 100us seed 7", as tc-netem(8) would write it, with exact values.
    fileprivate var words: String {
        switch self {
        case .netem(let spec):
            let seed = spec.seed.map { " seed \($0)" } ?? ""
            return "netem limit \(spec.computedLimit) \(spec.impairment.words)\(seed)"
        case .tokenBucket(let bucket):
            let overhead = bucket.overhead == 0 ? "" : " overhead \(bucket.overhead)"
            return "tbf rate \(bucket.bytesPerSecond)Bps burst \(bucket.burst)b\(overhead)"
        case .packetQueue(let limit): return "pfifo limit \(limit)"
        case .htb, .clsact, .other: return kind
        }
    }
}
