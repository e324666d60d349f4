import Measures

extension FlowShare {
    /// What the kernel's rule will say of a whole packet of TCP or UDP with these ends; addresses in network order.
    package func includes(
        near: (address: [UInt8], port: UInt16),
        far: (address: [UInt8], port: UInt16),
        transport: PacketMatch.Transport
    ) -> Bool {
        var words = near.address + far.address
        if key == .ports {
            // Each in a word of its own, what is left of it zero.
            words += [transport.rawValue, 0, 0, 0]
            for port in [near.port, far.port] { words += bigEndian(port) + [0, 0] }
        }
        let hash = UInt64(jenkinsHash(words, seed: seed))
        return (hash * UInt64(UInt32.max)) >> 32 < UInt64(share.scaled32)
    }
}

/// The kernel's jhash (include/linux/jhash.h), Bob Jenkins' lookup3, for whole words in little endian.
/// `key.count` is a multiple of 4.
package func jenkinsHash(_ key: [UInt8], seed: UInt32) -> UInt32 {
    let start = 0xdead_beef &+ UInt32(truncatingIfNeeded: key.count) &+ seed
    var (a, b, c) = (start, start, start)
    var words = stride(from: 0, to: key.count - 3, by: 4).map { index in
        key[index..<index + 4].reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
    }[...]
    let rotated = { (word: UInt32, count: UInt32) in word << count | word >> (32 - count) }
    while words.count > 3 {
        a &+= words.removeFirst()
        b &+= words.removeFirst()
        c &+= words.removeFirst()
        a = (a &- c) ^ rotated(c, 4)
        c = c &+ b
        b = (b &- a) ^ rotated(a, 6)
        a = a &+ c
        c = (c &- b) ^ rotated(b, 8)
        b = b &+ a
        a = (a &- c) ^ rotated(c, 16)
        c = c &+ b
        b = (b &- a) ^ rotated(a, 19)
        a = a &+ c
        c = (c &- b) ^ rotated(b, 4)
        b = b &+ a
    }
    guard let first = words.popFirst() else { return c }
    a &+= first
    b &+= words.popFirst() ?? 0
    c &+= words.popFirst() ?? 0
    c = (c ^ b) &- rotated(b, 14)
    a = (a ^ c) &- rotated(c, 11)
    b = (b ^ a) &- rotated(a, 25)
    c = (c ^ b) &- rotated(b, 16)
    a = (a ^ c) &- rotated(c, 4)
    b = (b ^ a) &- rotated(a, 14)
    c = (c ^ b) &- rotated(b, 24)
    return c
}
