import Measures
import Recording

/// Response times of a recording's bytes.
enum ExchangeTimes {
    static func seconds(in bytes: [UInt8]) -> [Double] {
        ExchangeReader.readAll(bytes).blocks.flatMap(\.exchanges).map { $0.responseTime.seconds }
    }
}
