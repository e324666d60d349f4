/// The messages of a gRPC answer, counted and not kept: each is a byte that tells whether it is compressed, a length of four
/// bytes, and that many bytes (gRPC over HTTP/2, "Length-Prefixed-Message"). The first bytes stay, for the health service.
struct GRPCMessage {
    /// Of a HealthCheckResponse, whose known part is two bytes; more is not looked at.
    private static let kept = 16

    private(set) var isCompressed = false
    private var prefix = 0
    private var length: UInt32 = 0
    private var received: UInt32 = 0
    private var count = 0
    private var head: InlineArray<16, UInt8> = .init(repeating: 0)

    /// - Parameter content: gets what the first message holds.
    mutating func feed(_ bytes: UnsafeRawBufferPointer, into content: inout AnswerContent) {
        var rest = bytes[...]
        while let byte = rest.first {
            if prefix == 0 {
                isCompressed = byte != 0
                (length, received) = (0, 0)
            }
            if prefix < 5 {
                if prefix > 0 { length = length << 8 | UInt32(byte) }
                prefix += 1
                rest.removeFirst()
            } else {
                let taken = min(rest.count, Int(length - received))
                for (index, byte) in rest.prefix(max(0, Self.kept - Int(received))).prefix(taken).enumerated()
                where count == 0 {
                    head[Int(received) + index] = byte
                }
                if count == 0 { content.addBody(UnsafeRawBufferPointer(rebasing: rest.prefix(taken))) }
                received += UInt32(taken)
                rest.removeFirst(taken)
            }
            if prefix == 5, received == length {
                count += 1
                prefix = 0
            }
        }
    }

    /// One message came, whole, and nothing behind it: what a unary call answers.
    var isOneWhole: Bool { count == 1 && prefix == 0 }

    /// HealthCheckResponse.status, field 1, a varint; 0 (UNKNOWN) where it is left out. Nil: the message says something else.
    var servingStatus: UInt32? {
        if length == 0 { return 0 }
        // Its name in protobuf's wire format: field 1, type varint.
        guard length <= UInt32(Self.kept), head[0] == 0x08 else { return nil }
        var value: UInt32 = 0
        for index in 1..<min(Int(length), 5) {
            value |= UInt32(head[index] & 0x7f) << UInt32(7 * (index - 1))
            if head[index] & 0x80 == 0 { return value }
        }
        return nil
    }
}
