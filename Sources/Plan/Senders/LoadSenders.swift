/// The hosts that send one load between them, and for how much of it each is there.
package struct LoadSenders: Sendable, Equatable, Codable {
    /// In the order of the file; never empty, none twice.
    package let hosts: [String]
    /// Of each host; at least 1, without a divisor common to all.
    package let weights: [Int]

    package static let mostHosts = 64
    package static let greatestWeight = 100

    package init(_ host: String) {
        hosts = [host]
        weights = [1]
    }

    /// As many weights as hosts.
    package init(hosts: [String], weights: [Int]) {
        self.hosts = hosts
        let divisor = max(1, weights.reduce(0, Self.divisor))
        self.weights = weights.map { $0 / divisor }
    }

    /// What this host sends; nil: nothing.
    package func share(of host: String) -> LoadShare? {
        hosts.firstIndex(of: host).map { LoadShare(weights: weights, place: $0) }
    }

    /// "client", "client1 and client2", "client1 (2 of 3) and client2 (1 of 3)"
    package var text: String {
        let sum = weights.reduce(0, +)
        let isEven = Set(weights).count == 1
        let words = zip(hosts, weights).map { isEven ? $0 : "\($0) (\($1) of \(sum))" }
        guard words.count > 1, let last = words.last else { return words.joined() }
        return words.dropLast().listed + " and " + last
    }

    private static func divisor(_ left: Int, _ right: Int) -> Int {
        var (left, right) = (left, right)
        while right != 0 { (left, right) = (right, left % right) }
        return left
    }
}
