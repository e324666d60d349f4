/// A number in decimal digits, compared with another digit by digit: exact however many there are, and without memory of its
/// own. Blanks around it and an exponent ("1.5e3") are read, as databases write them; NaN and infinities are no numbers.
struct DecimalDigits {
    private let bytes: UnsafeRawBufferPointer
    private let isNegative: Bool
    /// From the first digit other than 0 to the last; a point may be among them. Empty: it is 0.
    private let digits: Range<Int>
    /// Of the first digit: it stands for digit · 10^magnitude.
    private let magnitude: Int

    init?(_ bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
        var end = bytes.count
        while end > 0, Self.isSpace(bytes[end - 1]) { end -= 1 }
        var index = 0
        while index < end, Self.isSpace(bytes[index]) { index += 1 }
        isNegative = index < end && bytes[index] == UInt8(ascii: "-")
        if index < end, isNegative || bytes[index] == UInt8(ascii: "+") { index += 1 }
        var first: Int?
        var last = index
        // Digits before the point that count, and those after it that come before the first that counts.
        var (whole, zeros, count) = (0, 0, 0)
        var hasPoint = false
        while index < end {
            let byte = bytes[index]
            if byte == UInt8(ascii: "."), !hasPoint {
                hasPoint = true
            } else if byte &- UInt8(ascii: "0") < 10 {
                count += 1
                if first == nil, byte != UInt8(ascii: "0") { first = index }
                if first == nil, hasPoint { zeros += 1 }
                if first != nil, !hasPoint { whole += 1 }
                if byte != UInt8(ascii: "0") { last = index + 1 }
            } else {
                break
            }
            index += 1
        }
        guard count > 0, let exponent = Self.exponent(bytes, index, end) else { return nil }
        digits = first.map { $0..<last } ?? 0..<0
        magnitude = exponent + (whole > 0 ? whole - 1 : -zeros - 1)
    }

    /// Less than 0, 0, or more, as this number is less than, equal to or more than the other.
    func compare(to other: DecimalDigits) -> Int {
        let sign = isNegative ? -1 : 1
        switch (digits.isEmpty, other.digits.isEmpty) {
        case (true, true): return 0
        case (true, false): return other.isNegative ? 1 : -1
        case (false, true): return sign
        case (false, false): break
        }
        guard isNegative == other.isNegative else { return sign }
        guard magnitude == other.magnitude else { return magnitude < other.magnitude ? -sign : sign }
        var (own, others) = (digits.lowerBound, other.digits.lowerBound)
        while own < digits.upperBound || others < other.digits.upperBound {
            let left = next(&own)
            let right = other.next(&others)
            if left != right { return left < right ? -sign : sign }
        }
        return 0
    }

    /// The digit there, a 0 behind the last.
    private func next(_ index: inout Int) -> UInt8 {
        if index < digits.upperBound, bytes[index] == UInt8(ascii: ".") { index += 1 }
        guard index < digits.upperBound else { return 0 }
        defer { index += 1 }
        return bytes[index] &- UInt8(ascii: "0")
    }

    /// What stands behind the digits, at most six of it: "", "e3", "E-07". nil: something else.
    private static func exponent(_ bytes: UnsafeRawBufferPointer, _ start: Int, _ end: Int) -> Int? {
        guard start < end else { return 0 }
        guard bytes[start] | 0x20 == UInt8(ascii: "e") else { return nil }
        var index = start + 1
        let isNegative = index < end && bytes[index] == UInt8(ascii: "-")
        if index < end, isNegative || bytes[index] == UInt8(ascii: "+") { index += 1 }
        guard (1...6).contains(end - index) else { return nil }
        var value = 0
        while index < end {
            let digit = bytes[index] &- UInt8(ascii: "0")
            guard digit < 10 else { return nil }
            value = value * 10 + Int(digit)
            index += 1
        }
        return isNegative ? -value : value
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0d).contains(byte) }
}
