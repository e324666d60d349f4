import Plan

/// The records of an answer's answer section (RFC 1035, section 4.1), walked in a whole message whose records were found to
/// end where it does.
struct DNSRecords {
    struct Record {
        let type: UInt16
        /// Of its data, in the message.
        let data: Range<Int>
    }

    private let message: UnsafeRawBufferPointer
    private var place: Int?
    private var remaining: Int

    init(_ message: UnsafeRawBufferPointer) {
        self.message = message
        let header = DNSScript.headerSize
        guard message.count >= header else {
            (place, remaining) = (nil, 0)
            return
        }
        remaining = Int(message.word(6))
        var place: Int? = header
        for _ in 0..<message.word(4) { place = place.flatMap { DNSLabels.end(message, $0) }.map { $0 + 4 } }
        self.place = place
    }

    mutating func next() -> Record? {
        guard remaining > 0, let place, let name = DNSLabels.end(message, place), name + 10 <= message.count
        else {
            return nil
        }
        let end = name + 10 + Int(message.word(name + 8))
        guard end <= message.count else { return nil }
        remaining -= 1
        self.place = end
        return Record(type: message.word(name), data: name + 10..<end)
    }

    static func count(in message: UnsafeRawBufferPointer) -> Int {
        var records = DNSRecords(message)
        var count = 0
        while records.next() != nil { count += 1 }
        return count
    }

    /// Whether an A or AAAA record holds this address.
    static func hold(_ address: [UInt8], in message: UnsafeRawBufferPointer) -> Bool {
        let type: DNSRequestPlan.RecordType = address.count == 4 ? .a : .aaaa
        var records = DNSRecords(message)
        while let record = records.next() {
            if record.type == type.rawValue, message[record.data].elementsEqual(address) { return true }
        }
        return false
    }

    /// Whether the data of a record of this type pass.
    static func hold(
        _ type: UInt16,
        _ test: BytesTest,
        in message: UnsafeRawBufferPointer,
        _ memory: inout CheckMemory
    ) -> Bool {
        var records = DNSRecords(message)
        while let record = records.next() {
            guard record.type == type || type == DNSRequestPlan.RecordType.any.rawValue else { continue }
            memory.text.write(record, of: message)
            let passes = memory.text.bytes.withUnsafeBytes {
                test.passes($0, isWhole: true, &memory.matcher)
            }
            if passes { return true }
        }
        return false
    }
}
