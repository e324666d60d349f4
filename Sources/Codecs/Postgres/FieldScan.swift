/// Walks the fields of one DataRow, or the names in one RowDescription (PostgreSQL documentation, 55.7), however it is cut.
struct FieldScan: Sendable {
    enum Event {
        case more
        /// The field is NULL.
        case null
        /// The next of the field's bytes; an empty value has one empty piece.
        case value(UnsafeRawBufferPointer)
        /// The next of a column's name.
        case name(UnsafeRawBufferPointer)
        case nameEnd
    }

    private enum State: UInt8 { case count, between, length, value, name, nameEnd, about, over }

    private let isDescription: Bool
    private var state = State.count
    /// Bytes of a number, or of what is told about a column.
    private var seen = 0
    private var number: UInt32 = 0
    private var fields = 0
    private var remaining = 0
    /// The field's number, from 1.
    private(set) var field = 0

    init(isDescription: Bool) {
        self.isDescription = isDescription
    }

    /// One step from `position` on, which is within the bytes and is moved.
    mutating func step(_ bytes: UnsafeRawBufferPointer, _ position: inout Int) -> Event {
        switch state {
        case .count:
            if count(bytes[position], of: 2) {
                fields = Int(number)
                state = .between
            }
            position += 1
        case .between: beginField()
        case .length:
            position += 1
            if count(bytes[position - 1], of: 4) { return endLength() }
        case .value:
            let taken = min(remaining, bytes.count - position)
            defer { position += taken }
            remaining -= taken
            if remaining == 0 { state = .between }
            return .value(UnsafeRawBufferPointer(rebasing: bytes[position..<position + taken]))
        case .name:
            let end = bytes[position...].firstIndex(of: 0)
            let piece = UnsafeRawBufferPointer(rebasing: bytes[position..<(end ?? bytes.count)])
            position = end.map { $0 + 1 } ?? bytes.count
            if end != nil { state = .nameEnd }
            return .name(piece)
        case .nameEnd:
            state = .about
            seen = 0
            return .nameEnd
        case .about:
            let taken = min(Self.about - seen, bytes.count - position)
            position += taken
            seen += taken
            if seen == Self.about { state = .between }
        case .over: position = bytes.count
        }
        return .more
    }

    /// Table, column, type, its size and modifier, format.
    private static let about = 18

    private mutating func beginField() {
        guard field < fields else {
            state = .over
            return
        }
        field += 1
        (seen, number) = (0, 0)
        state = isDescription ? .name : .length
    }

    private mutating func endLength() -> Event {
        let length = Int32(bitPattern: number)
        state = length < -1 ? .over : .between
        if length == -1 { return .null }
        guard length >= 0 else { return .more }
        remaining = Int(length)
        if length > 0 {
            state = .value
            return .more
        }
        return .value(UnsafeRawBufferPointer(start: nil, count: 0))
    }

    /// True: all bytes of the number are here.
    private mutating func count(_ byte: UInt8, of bytes: Int) -> Bool {
        number = number << 8 | UInt32(byte)
        seen += 1
        return seen == bytes
    }
}
