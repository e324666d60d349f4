import Measures

/// The payload of an `ExchangeBlock`; the format is described there.
enum ExchangeColumns {
    static func encode(_ exchanges: ArraySlice<Exchange>, onWire: Bool, setUps: Bool) -> [UInt8] {
        var writer = ByteWriter(reserving: 16 + exchanges.count * (onWire ? 14 : 9))
        if setUps { writer.fixed(UInt8(onWire ? 1 : 0)) }
        let order = shorterOrder(exchanges)
        writer.fixed(order)
        var previous: Int64 = 0
        var step: Int64 = 0
        for exchange in exchanges {
            let difference = exchange.intended.nanoseconds &- previous
            writer.signed(order == 2 ? difference &- step : difference)
            previous = exchange.intended.nanoseconds
            step = difference
        }
        for exchange in exchanges {
            writer.signed(exchange.sent.nanoseconds &- exchange.intended.nanoseconds)
        }
        for exchange in exchanges {
            writer.signed(exchange.firstByte.nanoseconds &- exchange.sent.nanoseconds)
        }
        for exchange in exchanges {
            writer.signed(exchange.done.nanoseconds &- exchange.firstByte.nanoseconds)
        }
        var index = exchanges.startIndex
        while index < exchanges.endIndex {
            let outcome = exchanges[index].outcome
            let run = exchanges[index...].prefix { $0.outcome == outcome }.count
            writer.varint(UInt64(outcome.code))
            writer.varint(UInt64(run))
            index += run
        }
        if onWire { encodeOnWire(exchanges, into: &writer) }
        if setUps { SetUpColumn.encode(exchanges, into: &writer) }
        return writer.bytes
    }

    private static func encodeOnWire(_ exchanges: ArraySlice<Exchange>, into writer: inout ByteWriter) {
        var previous: Int64 = 0
        for exchange in exchanges {
            let port = Int64(exchange.onWire?.port ?? 0)
            writer.signed(port - previous)
            previous = port
        }
        for exchange in exchanges {
            guard let onWire = exchange.onWire, onWire.port != 0 else { continue }
            writer.signed(onWire.written.nanoseconds &- exchange.sent.nanoseconds)
        }
    }

    private static func decodeOnWire(_ exchanges: inout [Exchange], from cursor: inout ByteCursor) -> Bool {
        var port: Int64 = 0
        for index in exchanges.indices {
            guard let value = cursor.signed(), (-65_535...65_535).contains(value) else { return false }
            port += value
            guard let number = UInt16(exactly: port) else { return false }
            let sent = exchanges[index].sent
            exchanges[index].onWire = number == 0 ? nil : Exchange.OnWire(written: sent, port: number)
        }
        for index in exchanges.indices where exchanges[index].onWire != nil {
            guard let value = cursor.signed() else { return false }
            let written = exchanges[index].sent.nanoseconds &+ value
            exchanges[index].onWire?.written = Instant(nanoseconds: written)
        }
        return true
    }

    /// nil when the bytes are not exactly the columns of this many exchanges.
    static func decode(_ bytes: UnsafeBufferPointer<UInt8>, count: Int, version: UInt8) -> [Exchange]? {
        var cursor = ByteCursor(bytes)
        var onWire = version == ExchangeBlock.versionOnWire
        if version == ExchangeBlock.versionSetUp {
            guard let flag = cursor.fixed(UInt8.self), flag <= 1 else { return nil }
            onWire = flag == 1
        }
        // Four columns of at least a byte each: a wrong count must not make us reserve memory without end.
        guard let order = cursor.fixed(UInt8.self), order == 1 || order == 2, count <= cursor.remaining / 4
        else {
            return nil
        }
        var exchanges: [Exchange] = []
        exchanges.reserveCapacity(count)
        var previous: Int64 = 0
        var step: Int64 = 0
        for _ in 0..<count {
            guard let value = cursor.signed() else { return nil }
            step = order == 2 ? step &+ value : value
            previous = previous &+ step
            let instant = Instant(nanoseconds: previous)
            exchanges.append(
                Exchange(
                    intended: instant,
                    sent: instant,
                    firstByte: instant,
                    done: instant,
                    outcome: .dropped
                )
            )
        }
        for index in 0..<count {
            guard let value = cursor.signed() else { return nil }
            exchanges[index].sent.nanoseconds = exchanges[index].intended.nanoseconds &+ value
        }
        for index in 0..<count {
            guard let value = cursor.signed() else { return nil }
            exchanges[index].firstByte.nanoseconds = exchanges[index].sent.nanoseconds &+ value
        }
        for index in 0..<count {
            guard let value = cursor.signed() else { return nil }
            exchanges[index].done.nanoseconds = exchanges[index].firstByte.nanoseconds &+ value
        }
        var index = 0
        while index < count {
            guard let code = cursor.varint(), let outcome = Outcome(code: code), let run = cursor.varint(),
                run >= 1, run <= UInt64(count - index)
            else { return nil }
            for _ in 0..<Int(run) {
                exchanges[index].outcome = outcome
                index += 1
            }
        }
        if onWire, !decodeOnWire(&exchanges, from: &cursor) { return nil }
        if version == ExchangeBlock.versionSetUp, !SetUpColumn.decode(&exchanges, from: &cursor) {
            return nil
        }
        return cursor.remaining == 0 ? exchanges : nil
    }

    private static func shorterOrder(_ exchanges: ArraySlice<Exchange>) -> UInt8 {
        var previous: Int64 = 0
        var step: Int64 = 0
        var first = 0
        var second = 0
        for exchange in exchanges {
            let difference = exchange.intended.nanoseconds &- previous
            first += ByteWriter.length(signed: difference)
            second += ByteWriter.length(signed: difference &- step)
            previous = exchange.intended.nanoseconds
            step = difference
        }
        return second < first ? 2 : 1
    }
}
