/// Finds where a reply of Redis ends, and whether it is an error, from bytes in pieces of any size (RESP specification;
/// https://github.com/redis/redis-specifications/blob/master/protocol/RESP3.md). A pure value without memory of its own:
/// what is nested is counted and not kept, so no depth costs anything. Streamed strings and aggregates, which no Redis
/// sends, are malformed.
package struct ReplyScanner: Sendable {
    package enum Progress: Sendable, Equatable {
        case incomplete
        case reply(isError: Bool)
        /// What was sent without being asked for (RESP3), whole.
        case push
        case malformed
    }

    /// Most bytes in a line: a simple string, an error, a number.
    package static let lineLimit = 65_536
    /// Most elements in one aggregate, and most bytes in one string.
    package static let lengthLimit: UInt64 = 1 << 32
    /// Most elements that are still to come in one reply.
    package static let pendingLimit: UInt64 = 1 << 40

    private enum State: UInt8 { case type, line, lineEnd, body, bodyReturn, bodyEnd, failed }

    /// What the top-level value is.
    private enum Run: UInt8 { case reply, push, attribute }

    private let speaksRESP3: Bool
    private var state = State.type
    private var run = Run.reply
    private var isError = false
    /// The type byte of the value that is being read.
    private var kind: UInt8 = 0
    /// Values that are still to come until the top-level one is whole; 0 between two.
    private var pending: UInt64 = 0
    private var line = 0
    /// Of the number in a line: its digits so far, and their value where it is a length.
    private var digits = 0
    private var number: UInt64 = 0
    private var isNegative = false
    /// Of a string.
    private var remaining: UInt64 = 0

    package init(speaksRESP3: Bool) {
        self.speaksRESP3 = speaksRESP3
    }

    /// Whether a reply has begun and is not whole; an attribute belongs to the reply that follows it.
    package var isInReply: Bool { (state != .type || pending > 0 || run == .attribute) && run != .push }

    /// Up to the end of one reply or push, or of the bytes. After `malformed` everything is.
    package mutating func feed(_ bytes: UnsafeRawBufferPointer, from position: inout Int) -> Progress {
        while position < bytes.count {
            if state == .body {
                let taken = min(remaining, UInt64(bytes.count - position))
                position += Int(taken)
                remaining -= taken
                if remaining == 0 { state = .bodyReturn }
                continue
            }
            let byte = bytes[position]
            position += 1
            switch state {
            case .type: begin(byte)
            case .line: lineStep(byte)
            case .lineEnd:
                if byte == 0x0a {
                    if endLine(), let whole = endValue() { return whole }
                } else {
                    state = .failed
                }
            case .bodyReturn: state = byte == 0x0d ? .bodyEnd : .failed
            case .bodyEnd:
                if byte == 0x0a { if let whole = endValue() { return whole } } else { state = .failed }
            case .body, .failed: break
            }
            if state == .failed {
                position = bytes.count
                return .malformed
            }
        }
        return state == .failed ? .malformed : .incomplete
    }

    @inline(__always)
    private mutating func begin(_ byte: UInt8) {
        switch byte {
        case UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: ":"), UInt8(ascii: "$"), UInt8(ascii: "*"):
            break
        case UInt8(ascii: "_"), UInt8(ascii: ","), UInt8(ascii: "#"), UInt8(ascii: "("), UInt8(ascii: "="),
            UInt8(ascii: "!"), UInt8(ascii: "%"), UInt8(ascii: "~"):
            guard speaksRESP3 else { return fail() }
        // Pushes stand between replies only, never within one.
        case UInt8(ascii: ">"): guard speaksRESP3, pending == 0, run != .attribute else { return fail() }
        case UInt8(ascii: "|"): guard speaksRESP3 else { return fail() }
        default: return fail()
        }
        if pending == 0 {
            switch byte {
            case UInt8(ascii: ">"): run = .push
            case UInt8(ascii: "|"): run = .attribute
            default: run = .reply
            }
            isError = byte == UInt8(ascii: "-") || byte == UInt8(ascii: "!")
            pending = 1
        } else if byte == UInt8(ascii: "|") {
            // It stands before a value and is none.
            pending += 1
        }
        kind = byte
        line = 0
        digits = 0
        number = 0
        isNegative = false
        state = .line
    }

    @inline(__always)
    private mutating func lineStep(_ byte: UInt8) {
        line += 1
        if byte == 0x0d {
            state = .lineEnd
            return
        }
        guard byte != 0x0a, line <= Self.lineLimit else { return fail() }
        switch kind {
        case UInt8(ascii: "+"), UInt8(ascii: "-"): return
        case UInt8(ascii: "_"): fail()
        case UInt8(ascii: "#"):
            guard line == 1, byte == UInt8(ascii: "t") || byte == UInt8(ascii: "f") else { return fail() }
            digits = 1
        case UInt8(ascii: ","):
            // Digits, a fraction, an exponent; or inf, nan.
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"),
                UInt8(ascii: "."),
                UInt8(ascii: "e"), UInt8(ascii: "E"), UInt8(ascii: "i"), UInt8(ascii: "n"), UInt8(ascii: "f"),
                UInt8(ascii: "a"):
                digits += 1
            default: fail()
            }
        default: numberStep(byte)
        }
    }

    @inline(__always)
    private mutating func numberStep(_ byte: UInt8) {
        let isValue = kind == UInt8(ascii: ":") || kind == UInt8(ascii: "(")
        let digit = byte &- UInt8(ascii: "0")
        if digit < 10 {
            digits += 1
            // The value matters of lengths only, and none has so many digits.
            guard isValue || digits <= 15 else { return fail() }
            if !isValue { number = number * 10 + UInt64(digit) }
        } else if line == 1, byte == UInt8(ascii: "-") {
            isNegative = true
        } else if line != 1 || byte != UInt8(ascii: "+") || !isValue {
            fail()
        }
    }

    /// True: the value is whole with its line, or has no elements.
    private mutating func endLine() -> Bool {
        switch kind {
        case UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "_"): return true
        case UInt8(ascii: ":"), UInt8(ascii: "("), UInt8(ascii: ","), UInt8(ascii: "#"):
            if digits == 0 { fail() }
            return digits > 0
        default: return endLength()
        }
    }

    private mutating func endLength() -> Bool {
        guard digits > 0, number <= Self.lengthLimit else {
            fail()
            return false
        }
        if isNegative {
            // RESP2's null.
            let isNull = number == 1 && (kind == UInt8(ascii: "$") || kind == UInt8(ascii: "*"))
            if !isNull { fail() }
            return isNull
        }
        switch kind {
        case UInt8(ascii: "$"), UInt8(ascii: "!"), UInt8(ascii: "="):
            // "txt:" stands before a verbatim string.
            guard kind != UInt8(ascii: "=") || number >= 4 else {
                fail()
                return false
            }
            remaining = number
            state = number == 0 ? .bodyReturn : .body
            return false
        case UInt8(ascii: "%"), UInt8(ascii: "|"): pending += 2 * number
        default: pending += number
        }
        if pending > Self.pendingLimit { fail() }
        return state != .failed
    }

    /// One value is whole, or the head of an aggregate is; a whole top-level value is told.
    @inline(__always)
    private mutating func endValue() -> Progress? {
        state = .type
        pending -= 1
        guard pending == 0 else { return nil }
        switch run {
        case .reply: return .reply(isError: isError)
        case .push:
            run = .reply
            return .push
        // What it describes follows.
        case .attribute: return nil
        }
    }

    private mutating func fail() {
        state = .failed
    }
}
