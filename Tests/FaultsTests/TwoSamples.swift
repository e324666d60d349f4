import Glibc

/// Whether two samples may be of one distribution. Each answer is wrong about one in ten thousand times when they are
/// (`alpha`), so that the whole suite of twenty raises a false alarm once in five hundred runs.
enum TwoSamples {
    static let alpha = 1e-4
    /// The normal distribution's quantiles at 1 - alpha/2 and at 1 - alpha.
    private static let (bothSides, oneSide) = (3.8906, 3.7190)

    /// Kolmogorov and Smirnov: the greatest distance of the two empirical distribution functions against its asymptotic
    /// bound √(-ln(α/2)/2) · √((n+m)/nm). nil: alike.
    static func difference(_ one: [Double], _ other: [Double]) -> String? {
        let (a, b) = (one.sorted(), other.sorted())
        guard let first = a.first, let second = b.first else { return "a sample is empty" }
        var (i, j, distance) = (0, 0, 0.0)
        var at = min(first, second)
        while i < a.count || j < b.count {
            at = min(i < a.count ? a[i] : .infinity, j < b.count ? b[j] : .infinity)
            while i < a.count, a[i] <= at { i += 1 }
            while j < b.count, b[j] <= at { j += 1 }
            distance = max(distance, abs(Double(i) / Double(a.count) - Double(j) / Double(b.count)))
        }
        let (n, m) = (Double(a.count), Double(b.count))
        let bound = (-log(alpha / 2) / 2).squareRoot() * ((n + m) / (n * m)).squareRoot()
        guard distance > bound else { return nil }
        return "distance \(distance) > \(bound); medians \(a[a.count / 2]) and \(b[b.count / 2])"
    }

    /// Shares `hits` of `count`, by the normal approximation of their difference. nil: alike.
    static func difference(_ one: (hits: Int, count: Int), _ other: (hits: Int, count: Int)) -> String? {
        let (n, m) = (Double(one.count), Double(other.count))
        let (p, q) = (Double(one.hits) / n, Double(other.hits) / m)
        let both = (Double(one.hits) + Double(other.hits)) / (n + m)
        let deviation = (both * (1 - both) * (1 / n + 1 / m)).squareRoot()
        return abs(p - q) > bothSides * deviation ? "shares \(p) and \(q)" : nil
    }

    /// Counts of lengths (of runs, of bunches), by chi-square with classes of ten or more of both together; the bound is
    /// Wilson and Hilferty's approximation. nil: alike.
    static func difference(lengths one: [Int], _ other: [Int]) -> String? {
        var classes: [(one: Double, other: Double)] = []
        var open = (one: 0.0, other: 0.0)
        for length in 0...max(one.max() ?? 0, other.max() ?? 0) {
            open.one += Double(one.count { $0 == length })
            open.other += Double(other.count { $0 == length })
            if open.one + open.other >= 10 {
                classes.append(open)
                open = (0, 0)
            }
        }
        if let last = classes.popLast() { classes.append((last.one + open.one, last.other + open.other)) }
        guard !classes.isEmpty, !one.isEmpty, !other.isEmpty else { return "too few to compare" }
        guard classes.count > 1 else { return nil }
        let (n, m) = (Double(one.count), Double(other.count))
        let sum = classes.reduce(0) { sum, entry in
            let distance = (m / n).squareRoot() * entry.one - (n / m).squareRoot() * entry.other
            return sum + distance * distance / (entry.one + entry.other)
        }
        let degrees = Double(classes.count - 1)
        let root = 1 - 2 / (9 * degrees) + oneSide * (2 / (9 * degrees)).squareRoot()
        let bound = degrees * root * root * root
        return sum > bound ? "chi-square \(sum) > \(bound) of \(classes)" : nil
    }

    /// How much a value leans on the one before it: the sample's correlation at lag 1.
    static func leaning(_ values: [Double]) -> Double {
        let mean = values.reduce(0, +) / Double(values.count)
        let spread = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        return zip(values, values.dropFirst()).reduce(0) { $0 + ($1.0 - mean) * ($1.1 - mean) } / spread
    }

    /// By Bartlett's bound on the deviation of a correlation at lag 1, at most 1/√n. nil: alike.
    static func difference(leaning one: [Double], _ other: [Double]) -> String? {
        let (r, s) = (leaning(one), leaning(other))
        let deviation = (1 / Double(one.count) + 1 / Double(other.count)).squareRoot()
        return abs(r - s) > bothSides * deviation ? "correlations \(r) and \(s)" : nil
    }
}
