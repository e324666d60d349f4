import Measures

/// The set-up times of an `ExchangeBlock`; the format is described there.
enum SetUpColumn {
    static func encode(_ exchanges: ArraySlice<Exchange>, into writer: inout ByteWriter) {
        writer.varint(UInt64(exchanges.count { $0.setUp != nil }))
        var last = exchanges.startIndex
        for index in exchanges.indices {
            guard let setUp = exchanges[index].setUp else { continue }
            writer.varint(UInt64(index - last))
            last = index
            writer.signed(setUp.connect.nanoseconds)
            writer.signed(setUp.secure.nanoseconds)
            writer.signed(setUp.admit.nanoseconds)
        }
    }

    /// False when these are not the set-up times of these exchanges.
    static func decode(_ exchanges: inout [Exchange], from cursor: inout ByteCursor) -> Bool {
        guard let count = cursor.varint(), count <= UInt64(exchanges.count) else { return false }
        var index = 0
        for number in 0..<count {
            guard let gap = cursor.varint(), gap < UInt64(exchanges.count - index), number == 0 || gap > 0,
                let connect = cursor.signed(), let secure = cursor.signed(), let admit = cursor.signed()
            else { return false }
            index += Int(gap)
            exchanges[index].setUp = Exchange.SetUp(
                connect: Duration(nanoseconds: connect),
                secure: Duration(nanoseconds: secure),
                admit: Duration(nanoseconds: admit)
            )
        }
        return true
    }
}
