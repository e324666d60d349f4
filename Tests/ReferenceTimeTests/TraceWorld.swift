import Measures
import ReferenceTime

/// A reference of which the truth is known at every local instant: exchanges with it over a path of our choice, as the answers
/// come in.
struct TraceWorld {
    struct Path {
        /// Least delay each way, and the most that is added to it, nanoseconds; one in twenty suffers ten times that.
        var out: Int64 = 100_000
        var back: Int64 = 100_000
        var queue: Int64 = 400_000
        /// Local instants in which no probe is answered.
        var outage: ClosedRange<Int64>?
    }

    private(set) var exchanges: [ClockExchange] = []
    private var random: SeededGenerator
    /// Reference − local at a local instant, nanoseconds.
    let truth: (Int64) -> Int64

    /// `seconds` of probes, 20 a second.
    init(seed: UInt64, seconds: Int64, path: Path = Path(), truth: @escaping (Int64) -> Int64) {
        random = SeededGenerator(seed: seed)
        self.truth = truth
        var local: Int64 = 1_000_000_000
        while local < (1 + seconds) * 1_000_000_000 {
            let received = local + path.out + wait(path)
            let answered = received + Int64.random(in: 5_000...50_000, using: &random)
            let returned = answered + path.back + wait(path)
            if path.outage?.contains(local) != true {
                exchanges.append(
                    ClockExchange(
                        sent: local,
                        received: received + truth(received),
                        answered: answered + truth(answered),
                        returned: returned
                    )
                )
            }
            local += Int64.random(in: 37_500_000...62_500_000, using: &random)
        }
        exchanges.sort { $0.returned < $1.returned }
    }

    private mutating func wait(_ path: Path) -> Int64 {
        let most = Int.random(in: 0..<20, using: &random) == 0 ? 10 * path.queue : path.queue
        return Int64.random(in: 0...most, using: &random)
    }

    /// 5 ms ahead, 18 ppm fast, and ±0.5 ppm of wander with a period of 40 s.
    static func wandering(_ local: Int64) -> Int64 {
        let seconds = Double(local % 40_000_000_000) / 1e9
        let wander = seconds < 20 ? 500 * seconds : 500 * (40 - seconds)
        return 5_000_000 + local / 1_000_000 * 18 + (local % 1_000_000) * 18 / 1_000_000 + Int64(wander)
    }

    /// The exchanges in another order: some answers come after later ones.
    func reordered(seed: UInt64) -> [ClockExchange] {
        var random = SeededGenerator(seed: seed)
        var order = exchanges
        for index in order.indices.dropLast(4) where Int.random(in: 0..<5, using: &random) == 0 {
            order.swapAt(index, index + Int.random(in: 1...4, using: &random))
        }
        return order
    }
}
