import Measures

/// A trace's instants as one word: base64 of a byte e, then the differences of the instants, the first from zero, each in
/// units of 10^e ns as LEB128 (seven bits a byte, the lowest first, the highest bit set in all but the last). e is the
/// greatest that keeps all of them whole. One to two bytes an arrival for stamps in milliseconds at 1,000/s, three in
/// nanoseconds, and a third more for base64.
struct PackedInstants {
    let instants: [Int64]

    /// Of the text. It travels with the load.
    static let most = 3 << 20
    private static let greatestExponent: UInt8 = 15

    init(_ instants: [Int64]) {
        self.instants = instants
    }

    /// What `text` wrote; throws for anything else that is no ascending list of instants.
    init(text: String) throws(TraceProblem) {
        guard text.utf8.count <= Self.most, let bytes = Base64.decode(text), let exponent = bytes.first,
            exponent <= Self.greatestExponent
        else { throw TraceProblem("packed is no trace as Faultline packs it; expected file: arrivals.csv") }
        let unit = Self.power(exponent)
        var instants: [Int64] = []
        var last: Int64 = 0
        var index = 1
        while index < bytes.count {
            guard let steps = Self.number(bytes, &index) else {
                throw TraceProblem("packed is cut off or damaged in arrival \(instants.count + 1)")
            }
            let (step, overflow) = steps.multipliedReportingOverflow(by: unit)
            let (instant, overflows) = last.addingReportingOverflow(step)
            guard !overflow, !overflows, instant <= ArrivalTrace.longest.nanoseconds,
                instants.count < ArrivalTrace.mostInstants
            else { throw TraceProblem("packed holds more than a trace may; expected file: arrivals.csv") }
            instants.append(instant)
            last = instant
        }
        guard !instants.isEmpty else { throw TraceProblem("packed holds no arrivals") }
        self.instants = instants
    }

    var text: String {
        let exponent = exponent
        let unit = Self.power(exponent)
        var bytes: [UInt8] = [exponent]
        bytes.reserveCapacity(instants.count * 3 + 1)
        var last: Int64 = 0
        for instant in instants {
            var rest = UInt64((instant - last) / unit)
            while rest > 0x7f {
                bytes.append(UInt8(rest & 0x7f) | 0x80)
                rest >>= 7
            }
            bytes.append(UInt8(rest))
            last = instant
        }
        return Base64.encode(bytes)
    }

    private var exponent: UInt8 {
        var exponent = Self.greatestExponent
        for instant in instants {
            while exponent > 0, instant % Self.power(exponent) != 0 { exponent -= 1 }
        }
        return exponent
    }

    private static func power(_ exponent: UInt8) -> Int64 {
        (0..<exponent).reduce(1) { power, _ in power * 10 }
    }

    /// nil at the end of the bytes, and for what no Int64 holds.
    private static func number(_ bytes: [UInt8], _ index: inout Int) -> Int64? {
        var value: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 63, by: 7) {
            guard index < bytes.count else { return nil }
            let byte = bytes[index]
            index += 1
            value |= UInt64(byte & 0x7f) << shift
            if byte < 0x80 { return Int64(exactly: value) }
        }
        return nil
    }
}
