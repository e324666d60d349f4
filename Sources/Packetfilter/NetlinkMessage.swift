/// One message of a netlink datagram, copied and checked: no length in it points outside.
package struct NetlinkMessage: Sendable, Hashable {
    package let type: UInt16
    package let flags: UInt16
    package let sequence: UInt32
    /// After the 16-byte header.
    package let payload: ArraySlice<UInt8>

    /// The messages of a datagram, up to the first whose length makes no sense.
    package static func parse(_ datagram: ArraySlice<UInt8>) -> [NetlinkMessage] {
        var messages: [NetlinkMessage] = []
        var rest = datagram
        while rest.count >= 16 {
            let length = Int(hostNumber(rest.prefix(4)))
            guard length >= 16, length <= rest.count else { break }
            let message = rest.prefix(length)
            messages.append(
                NetlinkMessage(
                    type: UInt16(truncatingIfNeeded: hostNumber(message.dropFirst(4).prefix(2))),
                    flags: UInt16(truncatingIfNeeded: hostNumber(message.dropFirst(6).prefix(2))),
                    sequence: UInt32(truncatingIfNeeded: hostNumber(message.dropFirst(8).prefix(4))),
                    payload: message.dropFirst(16)
                )
            )
            rest = rest.dropFirst((length + 3) & ~3)
        }
        return messages
    }

    /// The attributes after a nfgenmsg header (4 bytes: family, version, resource).
    package var attributes: [NetlinkAttribute] { NetlinkAttribute.parse(payload.dropFirst(4)) }
    package var family: UInt8 { payload.first ?? 0 }
}

/// A type, a length, a value. The kernel's answers are read with this and not with libnftnl's parsers: those trust their
/// input, and a snapshot needs every attribute, also those that libnftnl does not know.
package struct NetlinkAttribute: Sendable, Hashable {
    /// Without the flag bits for nesting and byte order.
    package let type: UInt16
    package let value: ArraySlice<UInt8>

    /// Up to the first whose length makes no sense.
    package static func parse(_ bytes: ArraySlice<UInt8>) -> [NetlinkAttribute] {
        var attributes: [NetlinkAttribute] = []
        var rest = bytes
        while rest.count >= 4 {
            let length = Int(hostNumber(rest.prefix(2)))
            guard length >= 4, length <= rest.count else { break }
            let type = UInt16(truncatingIfNeeded: hostNumber(rest.dropFirst(2).prefix(2))) & 0x3fff
            attributes.append(NetlinkAttribute(type: type, value: rest.dropFirst(4).prefix(length - 4)))
            rest = rest.dropFirst((length + 3) & ~3)
        }
        return attributes
    }

    package var nested: [NetlinkAttribute] { Self.parse(value) }
    /// Big endian, as nf_tables writes its numbers.
    package var number: UInt64 { Packetfilter.number(value) }
    /// Up to the first zero byte.
    package var text: String { String(decoding: value.prefix { $0 != 0 }, as: UTF8.self) }
}

extension [NetlinkAttribute] {
    package subscript(type type: Int32) -> NetlinkAttribute? { first { Int32($0.type) == type } }
}

/// In the byte order of netlink headers, which is the host's; the machines that Faultline runs on are little endian.
func hostNumber(_ bytes: ArraySlice<UInt8>) -> UInt64 { bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) } }
