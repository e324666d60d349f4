import Plan

/// A record's data as a zone file writes them (RFC 1035, section 5.1), names with a dot between labels and none at the end:
/// "192.0.2.7", "10 mail.example.org", the text of a TXT in one piece. Of types that are not written out here it is RFC
/// 3597's form, "\# 4 c0000207". The memory is reused.
struct DNSText: Sendable {
    private(set) var bytes: [UInt8] = []

    mutating func write(_ record: DNSRecords.Record, of message: UnsafeRawBufferPointer) {
        bytes.removeAll(keepingCapacity: true)
        let data = UnsafeRawBufferPointer(rebasing: message[record.data])
        switch DNSRequestPlan.RecordType(rawValue: record.type) {
        case .a where data.count == 4:
            for (index, byte) in data.enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ".")) }
                append(UInt16(byte), radix: 10)
            }
        case .aaaa where data.count == 16: writeAddress(data)
        case .ns, .cname, .ptr: writeName(message, record.data.lowerBound)
        case .mx where data.count > 2: writeWords(message, record.data, count: 1)
        case .srv where data.count > 6: writeWords(message, record.data, count: 3)
        case .txt: writeStrings(data)
        default: writeUnknown(data)
        }
    }

    /// Numbers of two bytes, then a name.
    private mutating func writeWords(_ message: UnsafeRawBufferPointer, _ data: Range<Int>, count: Int) {
        for index in 0..<count {
            append(message.word(data.lowerBound + 2 * index), radix: 10)
            bytes.append(UInt8(ascii: " "))
        }
        writeName(message, data.lowerBound + 2 * count)
    }

    private mutating func writeName(_ message: UnsafeRawBufferPointer, _ place: Int) {
        let start = bytes.count
        var labels = DNSLabels(message, place)
        while let label = labels.next() {
            if bytes.count > start { bytes.append(UInt8(ascii: ".")) }
            bytes += message[label]
        }
        // The root.
        if bytes.count == start { bytes.append(UInt8(ascii: ".")) }
    }

    private mutating func writeStrings(_ data: UnsafeRawBufferPointer) {
        var place = 0
        while place < data.count {
            let end = min(place + 1 + Int(data[place]), data.count)
            bytes += data[place + 1..<end]
            place = end
        }
    }

    /// RFC 5952: lower case, no leading zeros, the first longest run of two or more groups of zeros as "::".
    private mutating func writeAddress(_ data: UnsafeRawBufferPointer) {
        var run = 0..<0
        var begin = 0
        for index in 0...8 where index == 8 || data.word(2 * index) != 0 {
            if index - begin > max(1, run.count) { run = begin..<index }
            begin = index + 1
        }
        var index = 0
        while index < 8 {
            if run.contains(index) {
                bytes += "::".utf8
                index = run.upperBound
                continue
            }
            if index > 0, run.isEmpty || index != run.upperBound { bytes.append(UInt8(ascii: ":")) }
            append(data.word(2 * index), radix: 16)
            index += 1
        }
    }

    private mutating func writeUnknown(_ data: UnsafeRawBufferPointer) {
        bytes += "\\# ".utf8
        append(UInt16(data.count), radix: 10)
        bytes.append(UInt8(ascii: " "))
        for byte in data {
            append(UInt16(byte >> 4), radix: 16)
            append(UInt16(byte & 15), radix: 16)
        }
    }

    /// Without leading zeros.
    private mutating func append(_ value: UInt16, radix: UInt16) {
        var divisor: UInt16 = 1
        while value / divisor >= radix { divisor *= radix }
        while divisor > 0 {
            let digit = UInt8(value / divisor % radix)
            bytes.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
            divisor /= radix
        }
    }
}
