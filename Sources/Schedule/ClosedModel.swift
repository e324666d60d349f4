package import Measures
package import Plan

/// The closed model, for comparison with tools that know no other: a fixed number of users, each of whom asks, waits for
/// the outcome, thinks, and asks again. A slow target is asked less, so response times look better than those of people
/// who come whether it is slow or not (Schroeder, Wierman, Harchol-Balter, NSDI 2006).
///
///     X = N / (R + Z)    N users, Z mean think time (s), R mean response time (s), X requests/s (Little's law)
///
/// A pure value: draws come from the seed, each load has its own stream.
package struct ClosedModel: Sendable {
    /// Of this sender.
    package let users: Int
    package let think: ThinkTime
    /// Nothing becomes due from here on.
    package let end: Instant
    private var generator: SeededGenerator
    private let mean: Double
    /// Where users of a constant think time begin, as numbers among all users of the load.
    private let places: [Int]
    private let allUsers: Int
    /// Of a constant think time.
    private let constant: Int64?

    /// At least one user; a negative think time is none. Of a load that several hosts send, each has users of its own, with
    /// think times of their own.
    package init(
        users: Int,
        think: ThinkTime,
        end: Instant,
        seed: UInt64,
        load: String,
        share: LoadShare = .whole
    ) {
        allUsers = max(1, users)
        places = share.own(of: allUsers)
        self.users = places.count
        self.think = think
        self.end = end
        mean = Double(max(0, think.mean.nanoseconds))
        if case .constant(let time) = think { constant = max(0, time.nanoseconds) } else { constant = nil }
        generator = SeededGenerator(
            seed: seed,
            stream: "thinking/\(load)" + (share.isWhole ? "" : "/\(share.place)")
        )
    }

    /// When each user asks first: after a think time of its own. A constant one is spread evenly over the users, who would
    /// march in step otherwise.
    package mutating func begin() -> [Instant] {
        places.map { user in
            guard let constant else { return Instant(nanoseconds: pause()) }
            return Instant(nanoseconds: Int64(Double(constant) * Double(user) / Double(allUsers)))
        }
    }

    /// Nanoseconds from an outcome to the same user's next request, not negative, at most a year.
    package mutating func pause() -> Int64 {
        if let constant { return constant }
        let year = 365.0 * 86_400 * 1e9
        return Int64(min(-naturalLogarithm(1 - generator.unit()) * mean, year))
    }
}
