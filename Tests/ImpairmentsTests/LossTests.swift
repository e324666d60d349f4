import Impairments
import Measures
import Testing

/// A hidden Markov chain of packets: entry i, j is the chance to be in j for the next packet, and that this one is lost,
/// or is received.
private struct LossChain {
    let lost: [[Double]]
    let received: [[Double]]

    /// Of Gilbert and Elliott: the state met decides the loss.
    init(toBad: Double, toGood: Double, lossInBad: Double, lossInGood: Double) {
        let moves = [[1 - toBad, toBad], [toGood, 1 - toGood]]
        let loss = [lossInGood, lossInBad]
        lost = (0..<2).map { i in moves[i].map { $0 * loss[i] } }
        received = (0..<2).map { i in moves[i].map { $0 * (1 - loss[i]) } }
    }

    /// Of four states: the state reached decides.
    init(p13: Double, p31: Double, p32: Double, p23: Double, p14: Double) {
        lost = [[0, 0, p13, p14], [0, 0, p23, 0], [0, 0, 1 - p31 - p32, 0], [0, 0, 0, 0]]
        received = [[1 - p13 - p14, 0, 0, 0], [0, 1 - p23, 0, 0], [p31, p32, 0, 0], [1, 0, 0, 0]]
    }

    private static func after(_ states: [Double], _ moves: [[Double]]) -> [Double] {
        states.indices.map { j in states.indices.reduce(0) { $0 + states[$1] * moves[$1][j] } }
    }

    var stationary: [Double] {
        var states = [1.0] + [Double](repeating: 0, count: lost.count - 1)
        for _ in 0..<20_000 {
            states = zip(Self.after(states, lost), Self.after(states, received)).map { $0 + $1 }
        }
        return states
    }

    var share: Double { Self.after(stationary, lost).reduce(0, +) }

    /// P(a run of losses has at least n packets), n = 1...
    func runs(upTo longest: Int) -> [Double] {
        var states = Self.after(stationary, received)
        var chances: [Double] = []
        for _ in 0..<longest {
            states = Self.after(states, lost)
            chances.append(states.reduce(0, +))
        }
        return chances.map { $0 / chances[0] }
    }
}

@Suite("Loss models")
struct LossTests {
    private static let count = 400_000

    private static func losses(_ model: LossModel, seed: UInt64 = 3) -> [Bool] {
        var draws = LossDraws(model, SeededGenerator(seed: seed, stream: "test"))
        return (0..<count).map { _ in draws.next() }
    }

    private static func check(_ model: LossModel, _ chain: LossChain) {
        let losses = losses(model)
        let share = Double(losses.count { $0 }) / Double(count)
        // Losses come in bursts, which makes a share scatter as if there were fewer packets; by ten here at the most.
        let error = 5 * (chain.share * (1 - chain.share) * 10 / Double(count)).squareRoot()
        #expect(abs(share - chain.share) < error, "\(share), by the chain \(chain.share)")
        var runs: [Int] = []
        var length = 0
        for isLost in losses {
            if isLost {
                length += 1
            } else if length > 0 {
                runs.append(length)
                length = 0
            }
        }
        for (index, chance) in chain.runs(upTo: 8).enumerated() {
            let part = Double(runs.count { $0 > index }) / Double(runs.count)
            let error = 5 * (chance * (1 - chance) / Double(runs.count)).squareRoot() + 1 / Double(runs.count)
            #expect(abs(part - chance) < error, "at least \(index + 1): \(part), by the chain \(chance)")
        }
    }

    private static func share(_ value: Double) -> Share { Share(attos: UInt64(value * 1e18)) ?? .zero }

    @Test(
        "Gilbert and Elliott: share and lengths of bursts are those of their chain",
        arguments: [(0.02, 0.2, 1.0, 0.0), (0.05, 0.3, 0.7, 0.01), (0.1, 0.1, 0.5, 0.0)]
    )
    func gilbertElliott(_ p: Double, _ r: Double, _ inBad: Double, _ inGood: Double) {
        Self.check(
            .gilbertElliott(
                toBad: Self.share(p),
                toGood: Self.share(r),
                lossInBad: Self.share(inBad),
                lossInGood: Self.share(inGood)
            ),
            LossChain(toBad: p, toGood: r, lossInBad: inBad, lossInGood: inGood)
        )
    }

    @Test(
        "four states: share and lengths of bursts are those of their chain",
        arguments: [[0.02, 0.3, 0.2, 0.4, 0.01], [0.05, 0.5, 0.1, 0.2, 0.0], [0.0, 0.5, 0.1, 0.2, 0.1]]
    )
    func fourState(_ p: [Double]) {
        Self.check(
            .fourState(
                p13: Self.share(p[0]),
                p31: Self.share(p[1]),
                p32: Self.share(p[2]),
                p23: Self.share(p[3]),
                p14: Self.share(p[4])
            ),
            LossChain(p13: p[0], p31: p[1], p32: p[2], p23: p[3], p14: p[4])
        )
    }

    @Test("independent losses: runs are geometric")
    func random() {
        Self.check(
            .random(Self.share(0.3)),
            LossChain(toBad: 0, toGood: 1, lossInBad: 0, lossInGood: 0.3)
        )
    }

    @Test("no model loses nothing; certain loss loses all")
    func ends() {
        #expect(!Self.losses(.none).contains(true))
        #expect(!Self.losses(.random(.one)).contains(false))
        #expect(Self.losses(.gilbertElliott(toBad: .one, toGood: .zero)).dropFirst().allSatisfy { $0 })
    }

    @Test("the same seed loses the same packets, another seed others")
    func seeds() {
        let model = LossModel.gilbertElliott(toBad: Self.share(0.1), toGood: Self.share(0.3))
        #expect(Self.losses(model) == Self.losses(model))
        #expect(Self.losses(model) != Self.losses(model, seed: 4))
    }
}
