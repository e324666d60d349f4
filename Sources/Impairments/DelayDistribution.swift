import Glibc

/// How jitter is spread around the latency. But for uniform, an entry of a table is drawn at random: delay = latency +
/// jitter · entry / 8192 (netem's NETEM_DIST_SCALE), entries of 16 bits. Both backends draw from these very tables.
package enum DelayDistribution: Sendable, Hashable, Codable {
    /// latency ± jitter, evenly; netem's way without a table.
    case uniform
    case normal
    /// Heavy tail, shape 3.
    case pareto
    /// A quarter normal, three quarters Pareto.
    case paretoNormal
    /// Own entries, 1 to 16384.
    case entries([Int16])

    /// nil for uniform.
    package var entries: [Int16]? {
        switch self {
        case .uniform: nil
        case .normal: Self.normalEntries
        case .pareto: Self.paretoEntries
        case .paretoNormal: Self.paretoNormalEntries
        case .entries(let entries): entries
        }
    }

    /// As many as iproute2's tables have.
    private static let size = 4096
    private static let normalEntries = tabulate(normalQuantile)
    private static let paretoEntries = tabulate(paretoQuantile)
    private static let paretoNormalEntries = tabulate {
        0.25 * normalQuantile($0) + 0.75 * paretoQuantile($0)
    }

    /// The quantile function at the middles of equal shares, p = (i + ½) / n: unlike iproute2's generator, which takes the
    /// upper edge of each share, this keeps a symmetric distribution symmetric, so that the mean delay is the latency.
    private static func tabulate(_ quantile: (Double) -> Double) -> [Int16] {
        (0..<size).map { index in
            let scaled = (8192 * quantile((Double(index) + 0.5) / Double(size))).rounded()
            return Int16(min(max(scaled, -32768), 32767))
        }
    }

    /// Φ⁻¹(p) by bisection of Φ(x) = ½ erfc(-x/√2): sixty halvings of [-8, 8] leave less than a double's last digit.
    private static func normalQuantile(_ share: Double) -> Double {
        var (low, high) = (-8.0, 8.0)
        for _ in 0..<60 {
            let middle = (low + high) / 2
            if 0.5 * erfc(-middle / 2.0.squareRoot()) < share { low = middle } else { high = middle }
        }
        return (low + high) / 2
    }

    /// Pareto with shape a = 3 and scale 1 has the quantile (1-p)^(-1/a), mean 3/2 and variance ¾; shifted by the mean and
    /// scaled by 4/3, as iproute2 does.
    private static func paretoQuantile(_ share: Double) -> Double {
        (pow(1 - share, -1.0 / 3) - 1.5) * 4 / 3
    }
}
