import Measures
import Testing

@testable import Plan

/// One load, split over several hosts.
@Suite struct LoadShareTests {
    private static let weights = [
        [1, 1], [2, 1], [1, 2], [1, 1, 1], [5, 3, 1], [100, 1], [1, 100, 1], [7, 7, 1, 1],
        Array(repeating: 1, count: 64),
        [97, 89, 83, 1, 2, 3], [33, 34, 33],
    ]

    @Test(
        "each arrival is exactly one sender's, and each has as many as its weight in every round",
        arguments: weights
    )
    func partition(_ weights: [Int]) {
        let turns = LoadShare(weights: weights, place: 0).turns
        #expect(turns.count == weights.reduce(0, +))
        for (place, weight) in weights.enumerated() { #expect(turns.count { $0 == place } == weight) }
    }

    @Test("nobody is ever an arrival or more before or behind its share", arguments: weights)
    func evenness(_ weights: [Int]) {
        let (turns, sum, k) = (
            LoadShare(weights: weights, place: 0).turns, weights.reduce(0, +), weights.count
        )
        var taken = [Int](repeating: 0, count: k)
        for number in 0..<(3 * sum) {
            taken[turns[number % sum]] += 1
            for (place, weight) in weights.enumerated() {
                let off = abs((number + 1) * weight - taken[place] * sum) * (2 * k - 2)
                #expect(off <= sum * (2 * k - 3), "after \(number + 1), sender \(place)")
            }
        }
    }

    @Test("drawn weights, too, are shared that evenly")
    func drawn() {
        var generator = SeededGenerator(seed: 5, stream: "weights")
        for _ in 0..<300 {
            let weights = (0..<Int.random(in: 2...12, using: &generator)).map { _ in
                Int.random(in: 1...100, using: &generator)
            }
            partition(weights)
            let sum = weights.reduce(0, +)
            var taken = [Int](repeating: 0, count: weights.count)
            var worst = 0
            for (number, place) in LoadShare(weights: weights, place: 0).turns.enumerated() {
                taken[place] += 1
                for (place, weight) in weights.enumerated() {
                    worst = max(worst, abs((number + 1) * weight - taken[place] * sum))
                }
            }
            #expect(worst < sum, "\(weights)")
        }
    }

    @Test("own numbers are the load's, without gaps and without doubles", arguments: weights)
    func numbers(_ weights: [Int]) {
        let rounds = 3
        let sum = weights.reduce(0, +)
        var all: [UInt64] = []
        for place in weights.indices {
            let share = LoadShare(weights: weights, place: place)
            let own = (0..<UInt64(rounds * weights[place])).map { share.numbers.number(ofOwn: $0) }
            #expect(own == own.sorted())
            #expect(own.allSatisfy { share.turns[Int($0) % sum] == place })
            all += own
        }
        #expect(all.sorted() == (0..<UInt64(rounds * sum)).map { $0 })
        #expect(LoadShare.whole.numbers.number(ofOwn: 12_345) == 12_345)
    }

    @Test("users and connections are shared without rest, and nobody has none", arguments: weights)
    func parts(_ weights: [Int]) {
        for count in [64, 65, 1_000, 9_999] {
            let parts = weights.indices.map { LoadShare(weights: weights, place: $0).own(of: count) }
            #expect(parts.flatMap { $0 }.sorted() == Array(0..<count) && parts.allSatisfy { !$0.isEmpty })
        }
    }
}
