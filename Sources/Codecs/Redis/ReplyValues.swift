/// The texts of a reply that the scanner found to be one, as places in its bytes, in order. What describes a value (RESP3's
/// attributes) is passed over. The bytes may end early, where not all of them were kept.
struct ReplyValues {
    private let bytes: UnsafeRawBufferPointer
    private var place = 0
    /// Values of attributes that are still to be passed over.
    private var passed = 0
    private var isFirst = true
    /// The whole reply is nil.
    private(set) var isNothing = false

    init(_ bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
    }

    /// The next text; a nil within an aggregate is an empty one.
    mutating func next() -> Range<Int>? {
        while place < bytes.count {
            let kind = bytes[place]
            let line = takeLine()
            let number = Self.number(bytes[line])
            var text: Range<Int>? = line
            var children = 0
            switch kind {
            case UInt8(ascii: "$"), UInt8(ascii: "!"), UInt8(ascii: "="):
                text = number.map { takeBody($0, isVerbatim: kind == UInt8(ascii: "=")) } ?? place..<place
            case UInt8(ascii: "*"), UInt8(ascii: "~"), UInt8(ascii: "%"), UInt8(ascii: "|"):
                children = (number ?? 0) * (kind == UInt8(ascii: "%") || kind == UInt8(ascii: "|") ? 2 : 1)
                text = number == nil ? place..<place : nil
            case UInt8(ascii: "_"): text = place..<place
            default: break
            }
            if kind == UInt8(ascii: "|") {
                passed += children
                continue
            }
            guard passed == 0 else {
                passed += children - 1
                continue
            }
            if isFirst, isNil(line, kind) {
                isNothing = true
                return nil
            }
            isFirst = false
            if let text { return text }
        }
        return nil
    }

    /// Behind the type, without the line end.
    private mutating func takeLine() -> Range<Int> {
        let start = place + 1
        let end = bytes[start...].firstIndex(of: 0x0d) ?? bytes.count
        place = min(end + 2, bytes.count)
        return start..<end
    }

    private mutating func takeBody(_ length: Int, isVerbatim: Bool) -> Range<Int> {
        let end = min(place + length, bytes.count)
        // "txt:" stands before a verbatim string.
        let start = min(place + (isVerbatim ? 4 : 0), end)
        place = min(end + 2, bytes.count)
        return start..<end
    }

    /// "_", or a string or list of length -1.
    private func isNil(_ line: Range<Int>, _ kind: UInt8) -> Bool {
        switch kind {
        case UInt8(ascii: "_"): true
        case UInt8(ascii: "$"), UInt8(ascii: "*"): bytes[line].first == UInt8(ascii: "-")
        default: false
        }
    }

    /// nil: it has a sign, or is none.
    private static func number(_ line: Slice<UnsafeRawBufferPointer>) -> Int? {
        guard (1...15).contains(line.count) else { return nil }
        var number = 0
        for byte in line {
            guard byte &- UInt8(ascii: "0") < 10 else { return nil }
            number = number * 10 + Int(byte &- UInt8(ascii: "0"))
        }
        return number
    }
}
