import Recording

/// Response times of a recording's bytes.
enum ExchangeTimes {
    static func seconds(in bytes: [UInt8]) -> [Double] {
        ExchangeReader.readAll(bytes).blocks.flatMap(\.exchanges).map { Double(($0.done - $0.intended).components.attoseconds) / 1e18 + Double(($0.done - $0.intended).components.seconds) }
    }
}
