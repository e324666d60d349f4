/// What a message says as the answer to a question (RFC 1035, section 4.1). Every record is walked to its end, none is read.
enum DNSAnswer: Equatable {
    /// Of another question, or no response: over UDP it may be late, doubled or forged.
    case foreign
    case broken
    /// What it says by its response code; `isWhole`: with all its records.
    case code(UInt32, isWhole: Bool)

    /// - Parameter asked: the message that it is to answer, from its identifier to the end of its question.
    init(_ bytes: UnsafeRawBufferPointer, to asked: UnsafeRawBufferPointer) {
        let size = DNSScript.headerSize
        guard bytes.count >= size, bytes.word(0) == asked.word(0), bytes[2] & 0x80 != 0 else {
            self = .foreign
            return
        }
        let code = bytes[3] & 0x0f
        // A server that cannot read the question may leave it out.
        if bytes.word(4) == 0, code != 0 {
            self = .code(UInt32(code), isWhole: true)
            return
        }
        let question = size..<asked.count
        guard bytes.word(4) == 1, bytes.count >= question.upperBound, bytes[2] & 0x78 == 0,
            question.allSatisfy({ Self.lowered(bytes[$0]) == Self.lowered(asked[$0]) })
        else {
            self = .foreign
            return
        }
        let isTruncated = bytes[2] & 0x02 != 0
        guard isTruncated || Self.holdsItsRecords(bytes, from: question.upperBound) else {
            self = .broken
            return
        }
        // Cut to the size of a datagram: not what was asked for. TCP would have it whole.
        self = .code(UInt32(code), isWhole: !isTruncated)
    }

    private static func holdsItsRecords(_ bytes: UnsafeRawBufferPointer, from start: Int) -> Bool {
        let count = Int(bytes.word(6)) + Int(bytes.word(8)) + Int(bytes.word(10))
        var place = start
        for _ in 0..<count {
            guard let name = DNSLabels.end(bytes, place), name + 10 <= bytes.count else { return false }
            place = name + 10 + Int(bytes.word(name + 8))
            guard place <= bytes.count else { return false }
        }
        return place == bytes.count
    }

    private static func lowered(_ byte: UInt8) -> UInt8 {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
    }
}
