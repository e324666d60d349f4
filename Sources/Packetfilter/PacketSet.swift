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

    /// Both inclusive, in network order.
    struct Span: Hashable {
        var first: [UInt8]
        var last: [UInt8]
    }

    package let kind: Kind
    /// Ranges, and not single values.
    package let isIntervals: Bool
    /// Sorted, each value once, no two that touch if they are ranges.
    private let spans: [Span]

    /// Of one family and not empty, else nil.
    package init?(_ prefixes: [AddressPrefix]) {
        guard let first = prefixes.first, prefixes.allSatisfy({ $0.isIPv6 == first.isIPv6 }) else {
            return nil
        }
        self.init(
            first.isIPv6 ? .address6 : .address4,
            prefixes.map { prefix in
                Span(first: prefix.bytes, last: zip(prefix.bytes, prefix.mask).map { $0 | ~$1 })
            }
        )
    }

    /// nil when there are none.
    package init?(_ ports: [ClosedRange<UInt16>]) {
        guard !ports.isEmpty else { return nil }
        self.init(
            .port,
            ports.map { Span(first: bigEndian($0.lowerBound), last: bigEndian($0.upperBound)) }
        )
    }

    private init(_ kind: Kind, _ given: [Span]) {
        self.kind = kind
        let sorted = given.sorted { $0.first.lexicographicallyPrecedes($1.first) }
        isIntervals = sorted.contains { $0.first != $0.last }
        var spans: [Span] = []
        for span in sorted {
            guard let before = spans.last else {
                spans.append(span)
                continue
            }
            let touches =
                isIntervals
                ? Self.successor(before.last).map { !$0.lexicographicallyPrecedes(span.first) } ?? true
                : before == span
            if !touches {
                spans.append(span)
            } else if before.last.lexicographicallyPrecedes(span.last) {
                spans[spans.count - 1].last = span.last
            }
        }
        self.spans = spans
    }

    /// In the order of the values. Before the first range nft puts the end of "nothing", and so do we.
    package var elements: [Element] {
        guard isIntervals else { return spans.map { Element(key: $0.first, isEnd: false) } }
        let zero = [UInt8](repeating: 0, count: kind.length)
        var elements = spans.first?.first == zero ? [] : [Element(key: zero, isEnd: true)]
        for span in spans {
            elements.append(Element(key: span.first, isEnd: false))
            if let end = Self.successor(span.last) { elements.append(Element(key: end, isEnd: true)) }
        }
        return elements
    }

    /// "addresses-52b0c1…": FNV-1a of the contents, 64 bits.
    package var name: String {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        let add = { (byte: UInt8) in hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
        add(UInt8(kind.rawValue))
        for span in spans {
            for byte in span.first { add(byte) }
            for byte in span.last { add(byte) }
        }
        let digits = String(hash, radix: 16)
        return (kind == .port ? "ports-" : "addresses-") + String(repeating: "0", count: 16 - digits.count)
            + digits
    }

    /// The next number; nil after the greatest.
    private static func successor(_ number: [UInt8]) -> [UInt8]? {
        var next = number
        for index in next.indices.reversed() {
            if next[index] < .max {
                next[index] += 1
                return next
            }
            next[index] = 0
        }
        return nil
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
