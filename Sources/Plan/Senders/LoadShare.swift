/// Which of a load's arrivals one of its senders sends. Arrivals are numbered as they become due, whoever sends them;
/// each belongs to exactly one sender, and none is asked: all know the whole load and pass over what is not theirs.
///
/// Whose turn it is repeats after W arrivals, W the sum of the weights. Within them turns are taken as evenly as can be: of any
/// first n arrivals the sender i with the weight w has x(i), and
///
///     |n·w(i)/W − x(i)| ≤ 1 − 1/(2k − 2)    for k senders
///
/// which is the least that holds for all weights (R. Tijdeman, The chairman assignment problem, Discrete Mathematics 32,
/// 1980). So the schedule's shape is every sender's, bursts and pauses are shared, and nobody sends two in a row where the
/// weights allow it otherwise.
package struct LoadShare: Sendable, Equatable, Codable {
    package let weights: [Int]
    /// Among the senders, in the order of the file.
    package let place: Int

    /// As many weights as senders, each at least 1; `place` is one of theirs.
    package init(weights: [Int], place: Int) {
        self.weights = weights
        self.place = place
    }

    /// Of a load that one host sends alone.
    package static let whole = LoadShare(weights: [1], place: 0)

    package var isWhole: Bool { weights.count == 1 }

    /// How many senders there are: those of the file, or all that an agent's share is one of.
    func count(of senders: LoadSenders) -> Int { isWhole ? senders.hosts.count : weights.count }

    package var fraction: Double { Double(weights[place]) / Double(weights.reduce(0, +)) }

    /// The place of the sender whose turn it is, by the arrival's number modulo their count.
    package var turns: [Int] {
        let sum = weights.reduce(0, +)
        let k = weights.count
        guard k > 1 else { return [0] }
        // All times W·(2k − 2), so that they are whole.
        let scale = 2 * k - 2
        var taken = [Int](repeating: 0, count: k)
        return (1...sum).map { n in
            var best: (place: Int, slack: Int)?
            for (place, weight) in weights.enumerated() {
                let owed = scale * (weight * n - sum * taken[place])
                guard owed >= sum else { continue }
                // Who will be owed too much soonest: (1 − 1/(2k − 2) − owed) / weight, compared crosswise.
                let slack = sum * (scale - 1) - owed
                if let best, slack * weights[best.place] >= best.slack * weight { continue }
                best = (place, slack)
            }
            let place = best?.place ?? 0
            taken[place] += 1
            return place
        }
    }

    /// Which of so many users or connections are this sender's, by their numbers from 0: one is everybody's, and the rest
    /// goes in turns. At least as many as there are senders.
    package func own(of count: Int) -> [Int] {
        let turns = turns
        return (0..<count).filter { number in
            number < weights.count
                ? number == place : turns[(number - weights.count) % turns.count] == place
        }
    }

    package var numbers: ShareNumbers { ShareNumbers(self) }
}

/// From the numbers of a sender's own arrivals, from 0 and without gaps, to those that they have in the whole load.
package struct ShareNumbers: Sendable {
    /// In one round of turns.
    @usableFromInline let own: [UInt64]
    @usableFromInline let round: UInt64

    init(_ share: LoadShare) {
        let turns = share.turns
        round = UInt64(turns.count)
        own = turns.indices.filter { turns[$0] == share.place }.map(UInt64.init)
    }

    @inlinable
    package func number(ofOwn number: UInt64) -> UInt64 {
        guard round > 1 else { return number }
        let (rounds, rest) = number.quotientAndRemainder(dividingBy: UInt64(own.count))
        return rounds * round + own[Int(rest)]
    }
}
