import Measures
import Recording

/// A peer and ours in turn, both in a closed loop of 64 connections on processor 1, and how they compare.
struct Pairs {
    let count: Int
    let seconds: Int
    static let connections = 64

    struct Run {
        let perSecond: Double
        /// Per 100,000 requests, s.
        let cpu: Double
    }

    func show(peer: String, _ pair: () throws -> (own: Run, peer: Run)) throws {
        var ratios: [(rate: Double, cpu: Double)] = []
        for _ in 0..<count {
            let (own, other) = try pair()
            ratios.append((own.perSecond / max(1, other.perSecond), own.cpu / max(1e-9, other.cpu)))
            print(
                "  \(peer) \(words(other))\n  own \(words(own))  rate \((own.perSecond / max(1, other.perSecond)).fixed(3))"
            )
        }
        print("  ratios, own / \(peer): median (least to greatest)")
        print("    requests/s        \(Self.spread(ratios.map(\.rate)))   (goal 0.9)")
        print("    CPU per request   \(Self.spread(ratios.map(\.cpu)))")
    }

    func own(_ port: UInt16, _ speaks: Speech, _ underWay: Int = 1) throws -> Run {
        let found = try OwnGenerator.run(
            .init(
                port: port,
                connections: Self.connections,
                seconds: seconds,
                rate: 0,
                speaks: speaks,
                underWay: underWay
            )
        )
        let answered = Double(found.exchanges.count { $0.outcome.certainty == .answered })
        let last = found.exchanges.map(\.done).max() ?? .zero
        return Run(
            perSecond: answered / max(1e-9, last.seconds),
            cpu: found.usage.seconds * 100_000 / max(1, answered)
        )
    }

    private func words(_ run: Run) -> String {
        "\(run.perSecond.fixed(0))/s, CPU \(run.cpu.fixed(3)) s per 100,000"
    }

    static func spread(_ values: [Double]) -> String {
        let sorted = values.sorted()
        guard let least = sorted.first, let greatest = sorted.last else { return "-" }
        return "\(sorted[sorted.count / 2].fixed(3)) (\(least.fixed(3)) to \(greatest.fixed(3)))"
    }
}
