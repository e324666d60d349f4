import Recording

/// What a message says as the answer to a question (RFC 1035, section 4.1). Every record is walked to its end, none is read.
enum DNSAnswer: Equatable {
    /// Of another question, or no response: over UDP it may be late, doubled or forged.
    case foreign
    case broken
    case outcome(Outcome)

    init(_ bytes: UnsafeRawBufferPointer, to script: DNSScript, id: UInt16) {
        let size = DNSScript.headerSize
        guard bytes.count >= size, Self.word(bytes, 0) == id, bytes[2] & 0x80 != 0 else {
            self = .foreign
            return
        }
        let code = bytes[3] & 0x0f
        // A server that cannot read the question may leave it out.
        if Self.word(bytes, 4) == 0, code != 0 {
            self = .outcome(.error(AnswerError(.dns, UInt32(code))))
            return
        }
        let question = script.question
        guard Self.word(bytes, 4) == 1, bytes.count >= question.upperBound, bytes[2] & 0x78 == 0,
            question.allSatisfy({ Self.lowered(bytes[$0]) == Self.lowered(script.message[$0]) })
        else {
            self = .foreign
            return
        }
        let isTruncated = bytes[2] & 0x02 != 0
        guard isTruncated || Self.holdsItsRecords(bytes, from: question.upperBound) else {
            self = .broken
            return
        }
        if code != 0 {
            self = .outcome(.error(AnswerError(.dns, UInt32(code))))
        } else {
            // Cut to the size of a datagram: not what was asked for. TCP would have it whole.
            self = .outcome(isTruncated ? .wrongAnswer : .ok)
        }
    }

    private static func holdsItsRecords(_ bytes: UnsafeRawBufferPointer, from start: Int) -> Bool {
        let count = Int(word(bytes, 6)) + Int(word(bytes, 8)) + Int(word(bytes, 10))
        var place = start
        for _ in 0..<count {
            guard let name = afterName(bytes, place), name + 10 <= bytes.count else { return false }
            place = name + 10 + Int(word(bytes, name + 8))
            guard place <= bytes.count else { return false }
        }
        return place == bytes.count
    }

    /// Behind a name: labels up to the root or up to a pointer, which ends it (section 4.1.4). Pointers are not followed.
    private static func afterName(_ bytes: UnsafeRawBufferPointer, _ start: Int) -> Int? {
        var place = start
        while place < bytes.count, place - start < 256 {
            let length = Int(bytes[place])
            switch length & 0xc0 {
            case 0x00:
                if length == 0 { return place + 1 }
                place += 1 + length
            case 0xc0: return place + 2
            default: return nil
            }
        }
        return nil
    }

    private static func word(_ bytes: UnsafeRawBufferPointer, _ offset: Int) -> UInt16 {
        UInt16(bytes[offset]) << 8 | UInt16(bytes[offset + 1])
    }

    private static func lowered(_ byte: UInt8) -> UInt8 {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
    }
}
