import Foundation
import Recording
import Testing

/// What a run's folder says of the load `numbered`, held against the server's own log.
struct Recorded {
    let exchanges: [Exchange]

    init(_ folder: String) throws {
        let data = try Data(contentsOf: URL(filePath: "\(folder)/recording/exchanges-numbered.flx"))
        let (blocks, leftover, damage) = ExchangeReader.readAll([UInt8](data))
        try #require(leftover == 0 && damage == nil, "\(damage ?? "")")
        exchanges = blocks.flatMap(\.exchanges)
    }

    /// One line for each request of this many, each with an instant of its own.
    func expectEachOnce(of count: Int) {
        #expect(exchanges.count == count)
        #expect(Set(exchanges.map(\.intended)).count == exchanges.count, "a request is counted twice")
    }

    var answered: Int { exchanges.count { $0.outcome == .answered(status: 200) } }
}
