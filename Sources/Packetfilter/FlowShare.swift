package import Measures

/// A part of the flows, drawn by hashing what names a flow (`jhash`): the same flow gets the same answer for as long as
/// the seed is the same, in both directions, since the near end comes first in either.
package struct FlowShare: Sendable, Hashable {
    /// Which packets the rule hashes, and by what. A packet belongs to exactly one of these, so that the rules of all
    /// three together see each flow once.
    package enum Key: Sendable, Hashable {
        /// Whole packets of TCP and UDP: addresses, transport, ports. Needs a match of that transport.
        case ports
        /// Fragments, the first one too, though it has ports: addresses.
        case fragments
        /// Whole packets of what is neither TCP nor UDP: addresses.
        case portless
    }

    package var share: Share
    package var seed: UInt32
    package var key: Key
    package var isIPv6: Bool
    /// Where packets leave the near end is the source, where they arrive the destination.
    package var nearIsSource: Bool

    package init(_ share: Share, seed: UInt32, key: Key, isIPv6: Bool, nearIsSource: Bool) {
        self.share = share
        self.seed = seed
        self.key = key
        self.isIPv6 = isIPv6
        self.nearIsSource = nearIsSource
    }
}

extension FlowShare {
    /// The hashed words begin in the second register.
    private static let firstWord: UInt32 = 4

    func expressions(family: TableFamily, transport: PacketMatch.Transport?) throws(FilterError)
        -> [Expression]
    {
        guard family != .inet else {
            throw FilterError("a share of flows", badRule: "addresses are hashed in tables of one family")
        }
        if key == .ports, transport?.hasPorts != true {
            throw FilterError("a share of flows by ports", badRule: "it needs a transport: tcp or udp")
        }
        var list = conditions
        let addressWords: UInt32 = isIPv6 ? 4 : 1
        let (source, destination): (UInt32, UInt32) = isIPv6 ? (8, 24) : (12, 16)
        let (near, far) = nearIsSource ? (source, destination) : (destination, source)
        var word = Self.firstWord
        for offset in [near, far] {
            list.append(.payloadWord(.network, offset: offset, length: addressWords * 4, word: word))
            word += addressWords
        }
        if key == .ports {
            list.append(.metaWord(.transport, word: word))
            word += 1
            for offset in nearIsSource ? [0, 2] : [2, 0] as [UInt32] {
                list.append(.payloadWord(.transport, offset: offset, length: 2, word: word))
                word += 1
            }
        }
        // reciprocal_scale: the hash falls in 0 ..< modulus; P(it < n) = n / (2^32 - 1).
        list += [
            .hash(bytes: (word - Self.firstWord) * 4, modulus: .max, seed: seed),
            .networkOrder(bytes: 4), .compare(.less, bigEndian(share.scaled32)),
        ]
        return list
    }

    private var conditions: [Expression] {
        let isFragment = key == .fragments
        var list: [Expression] = []
        if isIPv6 {
            list += [.hasFragmentHeader, .compare(.equal, [isFragment ? 1 : 0])]
        } else {
            // More fragments, or an offset.
            list += [
                .payload(.network, offset: 6, length: 2), .mask([0x3f, 0xff]),
                .compare(isFragment ? .notEqual : .equal, [0, 0]),
            ]
        }
        if key == .portless {
            list.append(.meta(.transport))
            for transport in [PacketMatch.Transport.tcp, .udp] {
                list.append(.compare(.notEqual, [transport.rawValue]))
            }
        }
        return list
    }
}
