package import Measures
package import Plan

extension Selector {
    /// The hosts that the generator chooses, in the order of the file. Each subset of the right size is equally likely.
    package func resolved(using generator: inout SeededGenerator) -> [String] {
        switch self {
        case .hosts(let hosts): hosts
        case .any(let count, let hosts): Self.sample(count, of: hosts, using: &generator)
        case .percent(let share, let hosts):
            Self.sample(Self.wholeHosts(share, of: hosts.count), of: hosts, using: &generator)
        }
    }

    /// A share of hosts, rounded up to whole ones, at least one: exact, 30 % of 10 is 3.
    static func wholeHosts(_ share: Share, of count: Int) -> Int {
        let (whole, rest) = (UInt128(share.attos) * UInt128(count)).quotientAndRemainder(
            dividingBy: UInt128(Share.one.attos)
        )
        return max(1, Int(whole) + (rest > 0 ? 1 : 0))
    }

    /// Selection sampling (Knuth, TAOCP 2, 3.4.2, algorithm S), which keeps the order.
    private static func sample(_ count: Int, of hosts: [String], using generator: inout SeededGenerator)
        -> [String]
    {
        var chosen: [String] = []
        for (index, host) in hosts.enumerated() {
            let left = UInt64(hosts.count - index)
            if generator.below(left) < UInt64(max(0, count - chosen.count)) { chosen.append(host) }
        }
        return chosen
    }
}

extension SeededGenerator {
    /// Uniform in 0 ..< bound. Written here and not taken from the standard library, whose algorithm may change.
    fileprivate mutating func below(_ bound: UInt64) -> UInt64 {
        // Values beyond the last whole multiple of the bound would favour small remainders.
        let excess = (UInt64.max % bound + 1) % bound
        var drawn = next()
        while drawn > UInt64.max - excess { drawn = next() }
        return drawn % bound
    }
}
