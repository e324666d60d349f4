/// A set of byte values, 256 bits.
package struct ByteSet: Sendable, Equatable, Codable {
    private var first: UInt64 = 0
    private var second: UInt64 = 0
    private var third: UInt64 = 0
    private var fourth: UInt64 = 0

    package init() {}

    package init(_ byte: UInt8) { insert(byte) }

    package init(_ ranges: ClosedRange<UInt8>...) {
        for range in ranges { insert(range) }
    }

    package func contains(_ byte: UInt8) -> Bool {
        word(byte >> 6) >> UInt64(byte & 63) & 1 == 1
    }

    mutating func insert(_ byte: UInt8) {
        let bit: UInt64 = 1 << UInt64(byte & 63)
        switch byte >> 6 {
        case 0: first |= bit
        case 1: second |= bit
        case 2: third |= bit
        default: fourth |= bit
        }
    }

    mutating func insert(_ range: ClosedRange<UInt8>) {
        for byte in range { insert(byte) }
    }

    mutating func formUnion(_ other: ByteSet) {
        first |= other.first
        second |= other.second
        third |= other.third
        fourth |= other.fourth
    }

    var inverted: ByteSet {
        var set = self
        set.first = ~first
        set.second = ~second
        set.third = ~third
        set.fourth = ~fourth
        return set
    }

    /// With the other case of every ASCII letter in it.
    var withBothCases: ByteSet {
        var set = self
        for byte in UInt8(ascii: "a")...UInt8(ascii: "z") where contains(byte) || contains(byte - 32) {
            set.insert(byte)
            set.insert(byte - 32)
        }
        return set
    }

    static let digits = ByteSet(UInt8(ascii: "0")...UInt8(ascii: "9"))
    static let space = ByteSet(0x09...0x0d, 0x20...0x20)
    static let word: ByteSet = {
        var set = digits
        set.insert(UInt8(ascii: "a")...UInt8(ascii: "z"))
        set.insert(UInt8(ascii: "A")...UInt8(ascii: "Z"))
        set.insert(UInt8(ascii: "_"))
        return set
    }()

    private func word(_ index: UInt8) -> UInt64 {
        switch index {
        case 0: first
        case 1: second
        case 2: third
        default: fourth
        }
    }
}
