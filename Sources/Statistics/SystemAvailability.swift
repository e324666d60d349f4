package import Measures

/// A system of independent components that works while at least `needed` of them do: all (in series), 1 (parallel,
/// fail-over at once), or a quorum.
package struct SystemAvailability: Sendable, Equatable {
    package let needed: Int
    /// Each 0 to 1.
    package let components: [ExactDecimal]

    package init(needed: Int, of components: [ExactDecimal]) {
        self.needed = needed
        self.components = components
    }

    /// Every digit; an error when that takes more than 38 of them.
    package func exactUnavailability() throws(DecimalOverflow) -> ExactDecimal {
        var down = start(ExactDecimal(0), 1)
        for works in components {
            let fails = try 1 - works
            for count in down.indices.reversed() {
                let stays = count == down.count - 1 ? down[count] : try down[count] * works
                down[count] = count == 0 ? stays : try stays + down[count - 1] * fails
            }
        }
        return down.last ?? 0
    }

    /// Nearest Double of the exact value, or within some 10^-15 of it: only sums and products of positive numbers.
    package var unavailability: Double {
        if let exact = try? exactUnavailability() { return exact.double }
        var down = start(0.0, 1.0)
        for component in components {
            let works = component.double
            let fails = (try? 1 - component)?.double ?? 1 - works
            for count in down.indices.reversed() {
                let stays = count == down.count - 1 ? down[count] : down[count] * works
                down[count] = count == 0 ? stays : stays + down[count - 1] * fails
            }
        }
        return down.last ?? 0
    }

    /// The chance that 0, 1, … components are down, the last entry for "too many".
    private func start<Number>(_ zero: Number, _ one: Number) -> [Number] {
        let spare = components.count - min(max(needed, 0), components.count + 1)
        guard needed > 0 else { return [] }
        return spare < 0 ? [one] : [one] + Array(repeating: zero, count: spare + 1)
    }
}

/// What the textbook product of replicas leaves out, and chaos experiments measure.
package enum Redundancy {
    /// Two replicas of which the share `beta` of failures hits both: βu + ((1-β)u)².
    package static func commonCause(unavailability u: Double, beta: Double) -> Double {
        let alone = (1 - beta) * u
        return beta * u + alone * alone
    }

    /// Replicas of which the first is left only after a while: Π u + rate × time.
    ///
    /// - Parameters:
    ///   - failuresPerSecond: of the primary.
    ///   - failoverSeconds: from its failure until another serves.
    package static func failover(
        replicas: [Double],
        failuresPerSecond: Double,
        failoverSeconds: Double
    ) -> Double {
        replicas.reduce(1, *) + failuresPerSecond * failoverSeconds
    }

    /// Each of n critical dependencies may spend u / (n + 1), and one part is the service's own.
    package static func budgetPerDependency(unavailability: Double, dependencies: Int) -> Double {
        unavailability / (Double(max(0, dependencies)) + 1)
    }
}
