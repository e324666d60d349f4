/// One node of a request's or an answer's attribute tree. Like `struct nlattr` with its payload.
///
/// Layout, all in the host's byte order: length (16 bits, header included, padding not), type (16 bits), payload, padding
/// to 4 bytes.
package struct Attribute: Sendable, Hashable {
    /// Without the flags of the two top bits.
    package let type: UInt16
    package let payload: [UInt8]
    /// Says that the payload is attributes (NLA_F_NESTED). Older parts of the kernel neither set nor ask for it.
    package let isMarkedNested: Bool

    package init(_ type: Int, _ payload: [UInt8], isMarkedNested: Bool = false) {
        self.type = UInt16(truncatingIfNeeded: type) & 0x3fff
        self.payload = payload
        self.isMarkedNested = isMarkedNested
    }

    /// An integer in the host's byte order.
    package init(_ type: Int, _ value: some FixedWidthInteger) {
        self.init(type, Self.bytes(value))
    }

    /// With the terminating zero.
    package init(_ type: Int, text: String) {
        self.init(type, Array(text.utf8) + [0])
    }

    package init(_ type: Int, nested: [Attribute]) {
        self.init(type, Self.encode(nested), isMarkedNested: true)
    }

    package static func encode(_ attributes: [Attribute]) -> [UInt8] {
        var bytes: [UInt8] = []
        for attribute in attributes {
            bytes += Self.bytes(UInt16(truncatingIfNeeded: 4 + attribute.payload.count))
            bytes += Self.bytes(attribute.type | (attribute.isMarkedNested ? 0x8000 : 0))
            bytes += attribute.payload
            while !bytes.count.isMultiple(of: 4) { bytes.append(0) }
        }
        return bytes
    }

    /// Stops at the first attribute whose length is impossible: a kernel never sends one, and what is left would be noise.
    package static func decode(_ bytes: some Collection<UInt8>) -> [Attribute] {
        let bytes = Array(bytes)
        var attributes: [Attribute] = []
        var offset = 0
        while offset + 4 <= bytes.count {
            let length = Int(bytes.integer(at: offset, as: UInt16.self))
            guard length >= 4, offset + length <= bytes.count else { break }
            // The top bits say "nested" and "network byte order"; the init cuts them off.
            let type = bytes.integer(at: offset + 2, as: UInt16.self)
            let payload = Array(bytes[(offset + 4)..<(offset + length)])
            attributes.append(Attribute(Int(type), payload, isMarkedNested: type & 0x8000 != 0))
            offset += (length + 3) & ~3
        }
        return attributes
    }

    package static func bytes(_ value: some FixedWidthInteger) -> [UInt8] {
        withUnsafeBytes(of: value) { Array($0) }
    }

    package var nested: [Attribute] { Self.decode(payload) }

    /// Up to the first zero.
    package var text: String { String(decoding: payload.prefix { $0 != 0 }, as: UTF8.self) }
}

extension Array<UInt8> {
    /// The integer at an offset, host byte order; 0 where the bytes end before.
    func integer<Value: FixedWidthInteger>(at offset: Int, as type: Value.Type) -> Value {
        guard offset >= 0, offset + MemoryLayout<Value>.size <= count else { return 0 }
        return withUnsafeBytes { $0.loadUnaligned(fromByteOffset: offset, as: type) }
    }
}
