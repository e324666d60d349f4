/// Addresses or ports that a rule looks a packet's up in: the cost for a packet does not grow with a set of hosts (a hash
/// table), and by the logarithm with a set of ranges (a tree). It is made once with its table, never changed, and named
/// by what is in it, so that rules that mean the same share one, and a rule that is replaced needs none of its own.
package struct PacketSet: Sendable, Hashable {
    /// nft's number of the type of its elements, for `nft list`.
    package enum Kind: UInt32, Sendable, Hashable {
        case address4 = 7
        case address6 = 8
        case port = 13

        /// Bytes.
        var length: Int {
            switch self {
            case .address4: 4
            case .address6: 16
            case .port: 2
            }
        }
    }

    /// As the kernel keeps it: the value, or for ranges their edges.
    package struct Element: Sendable, Hashable {
        package let key: [UInt8]
        /// The first value after a range.
        package let isEnd: Bool

        package init(key: [UInt8], isEnd: Bool) {
            self.key = key
            self.isEnd = isEnd
        }
    }

    /// Both inclusive.
    private struct Span: Hashable {
        var first: UInt128
        var last: UInt128
    }

    package let kind: Kind
    /// Ranges, and not single values.
    package let isIntervals: Bool
    /// Sorted, each value once, no two that touch if they are ranges.
    private let spans: [Span]
    /// "addresses-52b0c1…": FNV-1a of the contents, 64 bits.
    package let name: String

    /// Of one family and not empty, else nil.
    package init?(_ prefixes: [AddressPrefix]) {
        guard let first = prefixes.first, prefixes.allSatisfy({ $0.isIPv6 == first.isIPv6 }) else {
            return nil
        }
        let bits = first.bytes.count * 8
        self.init(
            first.isIPv6 ? .address6 : .address4,
            prefixes.map { prefix in
                let number = prefix.bytes.reduce(0 as UInt128) { $0 << 8 | UInt128($1) }
                return Span(first: number, last: number | ((1 << UInt128(bits - prefix.length)) &- 1))
            }
        )
    }

    /// nil when there are none.
    package init?(_ ports: [ClosedRange<UInt16>]) {
        guard !ports.isEmpty else { return nil }
        self.init(.port, ports.map { Span(first: UInt128($0.lowerBound), last: UInt128($0.upperBound)) })
    }

    private init(_ kind: Kind, _ given: [Span]) {
        self.kind = kind
        let sorted = given.sorted { $0.first < $1.first }
        isIntervals = sorted.contains { $0.first != $0.last }
        var spans: [Span] = []
        spans.reserveCapacity(sorted.count)
        for span in sorted {
            guard let before = spans.last else {
                spans.append(span)
                continue
            }
            let touches =
                isIntervals
                ? Self.successor(before.last, kind).map { $0 >= span.first } ?? true : before == span
            if !touches {
                spans.append(span)
            } else if before.last < span.last {
                spans[spans.count - 1].last = span.last
            }
        }
        self.spans = spans
        name = Self.name(kind, spans)
    }

    /// In the order of the values. Before the first range nft puts the end of "nothing", and so do we.
    package var elements: [Element] {
        let key = { (number: UInt128) in
            (0..<kind.length).reversed().map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
        }
        guard isIntervals else { return spans.map { Element(key: key($0.first), isEnd: false) } }
        var elements = spans.first?.first == 0 ? [] : [Element(key: key(0), isEnd: true)]
        for span in spans {
            elements.append(Element(key: key(span.first), isEnd: false))
            if let end = Self.successor(span.last, kind) {
                elements.append(Element(key: key(end), isEnd: true))
            }
        }
        return elements
    }

    package func hash(into hasher: inout Hasher) { hasher.combine(name) }

    private static func name(_ kind: Kind, _ spans: [Span]) -> String {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        let add = { (byte: UInt8) in hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
        add(UInt8(kind.rawValue))
        for span in spans {
            for number in [span.first, span.last] {
                for index in (0..<kind.length).reversed() {
                    add(UInt8(truncatingIfNeeded: number >> (8 * index)))
                }
            }
        }
        let digits = String(hash, radix: 16)
        return (kind == .port ? "ports-" : "addresses-") + String(repeating: "0", count: 16 - digits.count)
            + digits
    }

    /// The next number; nil after the greatest.
    private static func successor(_ number: UInt128, _ kind: Kind) -> UInt128? {
        let greatest = kind.length == 16 ? UInt128.max : (1 << UInt128(8 * kind.length)) - 1
        return number < greatest ? number + 1 : nil
    }
}

extension PacketMatch {
    /// What its expressions look up.
    var sets: [PacketSet] {
        [
            Self.addressSet(sources), Self.addressSet(destinations), Self.portSet(sourcePorts),
            Self.portSet(destinationPorts),
        ].compactMap { $0 }
    }

    /// nil when one comparison does, or none.
    static func addressSet(_ prefixes: [AddressPrefix]) -> PacketSet? {
        guard prefixes.count > 1, !prefixes.contains(where: \.isEverything) else { return nil }
        return PacketSet(prefixes)
    }

    static func portSet(_ ports: [ClosedRange<UInt16>]) -> PacketSet? {
        ports.count > 1 ? PacketSet(ports) : nil
    }
}

extension FilterTable {
    /// Each that its rules look up, once.
    package var sets: [PacketSet] {
        var seen = Set<PacketSet>()
        return chains.flatMap { $0.rules.flatMap(\.match.sets) }.filter { seen.insert($0).inserted }
    }
}
